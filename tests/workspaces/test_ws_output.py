from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specrun.workspaces.output import CappedOutput


def collect(limit: int, chunks: list[bytes]) -> CappedOutput:
    output = CappedOutput(limit)
    for chunk in chunks:
        output.add(chunk)
    return output


@given(st.integers(0, 40), st.lists(st.binary(max_size=30), max_size=20))
def test_what_is_kept_does_not_depend_on_how_it_arrived(limit: int, chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert collect(limit, chunks).text() == collect(limit, [whole]).text()
    assert collect(limit, chunks).total == len(whole)


@given(st.integers(0, 40), st.text("abc", max_size=100))
def test_beginning_and_end_are_kept_and_the_cut_is_counted(limit: int, text: str) -> None:
    shown = collect(limit, [text.encode()]).text()
    if len(text) <= limit:
        assert shown == text
    else:
        head, tail = text[: limit - limit // 2], text[len(text) - limit // 2 :]
        assert shown == f"{head}\n[... {len(text) - limit} bytes cut ...]\n{tail}"


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    assert collect(10, [b"a\xffb"]).text() == "a\ufffdb"
