"""Streaming gives what a plain definition gives, however the bytes are cut."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from declared_payloads import declared, made
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.context.payloads.base import PayloadError, blocks
from specrun.context.payloads.generate import generate
from specrun.context.payloads.overlay import overlaid
from specrun.context.payloads.pin import Tally, verified
from specrun.context.payloads.words import words
from specrun.spec.models.payload import ByteReplacement, PayloadPin
from specrun.spec.placeholders import check, fill, split

# What is special to templates, to %-formats and to JSON, and the shortest and longest of UTF-8.
LITERALS = st.text(alphabet='a%sd$"\\ é\U0001f600', max_size=6)
PIECES = st.one_of(LITERALS, st.sampled_from([("n", None), ("n", 1), ("n", 4), ("v", None)]))
TEMPLATES = st.lists(PIECES, max_size=6)
COUNTS = st.integers(1, 3000)


def template(pieces) -> str:
    # An empty piece between keeps a literal `$` from joining the brace after it.
    return "".join(
        piece.replace("$", "§")
        if isinstance(piece, str)
        else "${" + piece[0] + (f":0{piece[1]}" if piece[1] else "") + "}"
        for piece in pieces
    )


def filled(pieces, n: int, v: str) -> str:
    def one(piece):
        if isinstance(piece, str):
            return piece.replace("$", "§")
        return v if piece[0] == "v" else str(n).zfill(piece[1] or 0)

    return "".join(map(one, pieces))


@settings(deadline=None)
@given(TEMPLATES, TEMPLATES, COUNTS, st.data(), LITERALS, st.booleans(), st.sampled_from(["lf", "crlf"]))
def test_lines_are_what_a_loop_gives(usual, other, count, data, v, final_newline, end):
    rows = data.draw(st.sets(st.integers(1, count), max_size=4))
    payload = {
        "lines": {
            "count": count,
            "text": template(usual),
            "vars": {"v": {"literal": v}},
            "replace": [{"line": row, "text": template(other)} for row in sorted(rows, reverse=True)],
            "final_newline": final_newline,
            "end": end,
        }
    }
    ending = {"lf": "\n", "crlf": "\r\n"}[end]
    expected = ending.join(filled(other if n in rows else usual, n, v) for n in range(1, count + 1))
    found = b"".join(generate(declared({"it": payload}), "it", folder=None))
    assert found == (expected + ending * final_newline).encode()


@given(TEMPLATES, LITERALS, st.integers(1, 50), LITERALS)
def test_records_are_what_a_json_encoder_gives(pieces, key, count, v):
    payload = {
        "records": {
            "count": count,
            "fields": {key: template(pieces), "deep": {"list": [1, None, "${n}"]}},
            "vars": {"v": {"literal": v}},
        }
    }
    lines = []
    for n in range(1, count + 1):
        bare = [piece for piece in pieces if piece] == [("n", None)]
        record = {key: n if bare else filled(pieces, n, v), "deep": {"list": [1, None, n]}}
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    found = b"".join(generate(declared({"it": payload}), "it", folder=None))
    assert found == "".join(lines).encode()


@settings(deadline=None)
@given(st.integers(0, 2**40), st.integers(1, 30_000), st.none() | st.integers(20, 200))
def test_noise_is_what_a_loop_gives(seed, count, length):
    found = words(str(seed))
    lines = [next(found).decode()]
    for _ in range(count - 1):
        word = next(found).decode()
        if length is not None and len(lines[-1]) + 1 + len(word) > length:
            lines.append(word)
        else:
            lines[-1] += " " + word
    expected = "\n".join(lines) + ("" if length is None else "\n")
    noise = {"seed": seed, "line_length": length}
    whole = made({"it": {"noise": {**noise, "words": count}}})
    assert whole == expected.encode()
    cut = max(1, len(whole) // 2)
    assert made({"it": {"noise": {**noise, "bytes": f"{cut}B"}}}) == whole[:cut]


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=20), st.integers(1, 40_000), st.integers(1, 3))
def test_repeat_is_multiplication(part, times, again):
    payload = {"repeat": {"of": {"repeat": {"of": {"hex": part.hex()}, "times": times}}, "times": again}}
    assert made({"it": payload}) == part * times * again


@given(st.text(alphabet="${}:04ab", max_size=12))
def test_templates_are_split_as_they_are_filled(text):
    values = {"a": "1", "b": "${a}"}
    try:
        check(text, values)
    except ValueError:
        return
    pieces = [piece if isinstance(piece, str) else values[piece.name] for piece in split(text)]
    assert "".join(pieces) == fill(text, values)


@given(st.lists(st.binary(max_size=9), max_size=12), st.integers(1, 20))
def test_blocks_change_nothing_but_the_cuts(pieces, size):
    chunks = list(blocks(pieces, size))
    assert b"".join(chunks) == b"".join(pieces)
    assert all(len(chunk) >= size for chunk in chunks[:-1])
    assert b"" not in chunks


@given(st.binary(max_size=60), st.data())
def test_texts_over_bytes_do_not_depend_on_the_cuts(content, data):
    marks = sorted(data.draw(st.sets(st.integers(0, len(content)), max_size=8)))
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    replace = [ByteReplacement(at=at, text="#" * (stop - at)) for at, stop in spans]
    expected = bytearray(content)
    for at, stop in spans:
        expected[at:stop] = b"#" * (stop - at)
    for chunks in (cut(content, data), [content]):
        assert b"".join(overlaid(chunks, replace[::-1], ())) == bytes(expected)


@given(st.lists(st.sampled_from([b"a", b"\n", b"\r\n", b"\xff"]), max_size=30).map(b"".join), st.data())
def test_pins_do_not_depend_on_the_cuts(content, data):
    true = {
        "bytes": len(content),
        "lines": len(content.removesuffix(b"\n").split(b"\n")) if content else 0,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    tally = Tally()
    for chunk in cut(content, data):
        tally.add(chunk)
    assert {"bytes": tally.bytes, "lines": tally.lines, "sha256": tally.sha256} == true
    assert b"".join(verified(cut(content, data), PayloadPin(**true), ())) == content
    for key, value in true.items():
        wrong = value + 1 if isinstance(value, int) else value[::-1] + "0"
        pin = msgspec.structs.replace(PayloadPin(**true), **{key: wrong})
        with pytest.raises(PayloadError, match=f"{key} declared {wrong}, found {value}$"):
            list(verified(cut(content, data), pin, ()))


def cut(content: bytes, data) -> list[bytes]:
    marks = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=5)))
    return [content[start:stop] for start, stop in zip([0, *marks], [*marks, len(content)], strict=True)]
