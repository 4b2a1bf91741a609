"""The middle cut out of output of any size, against cutting all of its text."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from declared_fixtures import fixture, holding
from hypothesis import given
from hypothesis import strategies as st
from slow_text import excerpt

from specrun.context.material import make
from specrun.context.stretch import cut, first_lines

PIECES = [b"a", b"bc", b"\n", b"\r\n", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80"]
BROKEN = [b"\xff", b"\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80"]


def text_of_first_lines(content: bytes, count: int) -> str:
    """The definition: all lines with what ends them, but for the last line feed."""
    pieces = content.split(b"\n")
    return b"\n".join(pieces[: min(count, content.count(b"\n") + (not content.endswith(b"\n")))]).decode(
        errors="replace"
    )


@given(
    content=st.lists(st.sampled_from(PIECES + BROKEN), max_size=60).map(b"".join),
    count=st.integers(0, 12),
    limit=st.integers(0, 120),
    after=st.sampled_from(["", "\n[é]", "\n[" + "left out " * 9 + "]"]),
)
def test_it_is_what_cutting_the_whole_text_gives(content, count, limit, after):
    with tempfile.TemporaryDirectory() as folder:
        material = holding(Path(folder), content)
        stretch = first_lines(material.sources[0].content, count)
        found = cut(stretch, limit, after)
        material.close()
    text = text_of_first_lines(content, count)
    assert stretch.characters == len(text)
    assert found.text == excerpt(text + after, limit)


@pytest.mark.parametrize(
    ("limit", "lines"),
    [
        (35 + 20, ((1, 1), (20, 20))),
        (35 + 18, ((1, 1), (20, 20))),
        (35 + 17, ((1, 1),)),
        (35 + 38, ((1, 2), (19, 20))),
        (35 + 36, ((1, 1), (20, 20))),
        (9, ((1, 1),)),
        (8, ()),
        (199, ((1, 20),)),
    ],
)
def test_lines_are_whole_up_to_the_cut(tmp_path, limit, lines):
    content = b"".join(b"%02d.......\n" % number for number in range(1, 21))
    material = holding(tmp_path, content)
    assert cut(first_lines(material.sources[0].content, 20), limit).lines == lines


def test_neither_end_of_a_long_line_is_searched_for_in_memory(tmp_path):
    huge = {"it": {"repeat": {"text": "\u20ac", "times": 20_000_000}}}
    material = make(fixture(payloads=huge), Path(), tmp_path)
    found = cut(first_lines(material.sources[0].content, 1), 1000)
    assert found.text == excerpt("\u20ac" * 20_000_000, 1000)
    assert found.lines == ()
