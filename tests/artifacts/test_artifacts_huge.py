"""Large artifacts and long lines: only the parts that are asked for are ever in memory."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from specrun.artifacts.page import Limits

MIB = 1024 * 1024
LINE = b"build log noise " + b"x" * 47 + b"\n"
"""64 bytes."""
NEEDLE = b"\xff needle 7\n"


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak / MIB:.1f} MiB"


def chunks(mib: int) -> Iterator[bytes]:
    yield from (LINE * (MIB // 64) for _ in range(mib - 1))
    yield NEEDLE
    yield LINE * (MIB // 64)


def test_a_large_artifact_needs_little_memory(put, ask):
    before = 63 * MIB // 64
    with memory_below(8 * MIB):
        artifact = put(chunks(64))
    assert (artifact.bytes, artifact.lines) == (64 * MIB + len(NEEDLE), MIB + 1)
    shown = "\ufffd needle 7"
    with memory_below(8 * MIB):
        assert ask(artifact, "grep", query="needle").text == f"{before + 1}: {shown}"
    with memory_below(8 * MIB):
        assert ask(artifact, "grep", query=r"(?i)NEEDLE [0-9]$", regex=True).text == f"{before + 1}: {shown}"
        assert ask(artifact, "grep", query="\ufffd n").text == f"{before + 1}: {shown}"
    with memory_below(4 * MIB):
        page = ask(artifact, "read", start_line=before, limit=3)
        assert page.lines == (before, before + 1, before + 2)
        assert shown in page.text
        assert ask(artifact, "tail").lines[-1] == MIB + 1
    assert ask(artifact, "grep", query="noise", offset=MIB - 1).matched == (MIB + 1,)


@pytest.fixture
def long_line(put):
    """Three lines; the second has 50,000,000 characters, a needle at 40,000,001, broken bytes at its end."""

    def parts() -> Iterator[bytes]:
        yield b"first\n"
        yield from (b"ab" * 500_000 for _ in range(40))
        yield b"needle"
        yield b"c" * (10_000_000 - 8)
        yield b"\xff\xff\r\n"
        yield b"last"

    return put(parts())


def test_a_huge_line_is_cut_and_can_be_gone_through(long_line, ask):
    assert long_line.lines == 3
    with memory_below(8 * MIB):
        first = ask(long_line, "read")
        assert first.text == "    1: first\n[lines 1-1 of 3 | next: start_line=2]"
        cut = ask(long_line, "read", start_line=2)
        assert len(cut.text.encode()) <= 65536
        assert (cut.lines, cut.partial, cut.next.args["start_line"]) == ((2,), (2,), 2)
        assert f"read start_line=2 column={cut.next.args['column']}]" in cut.text
        marker = r" \[characters 1-(\d+) of 50000000; (\d+) left: read start_line=2 column=(\d+)\]$"
        last, left, column = map(int, re.search(marker, cut.text).groups())
        assert (last + left, last + 1) == (50_000_000, column)
        rest = ask(long_line, "read", start_line=2, column=column)
        assert rest.text.startswith("    2: " + ("ab" if column % 2 else "ba"))


def test_the_end_of_a_huge_line_is_followed_by_what_comes_next(long_line, ask):
    page = ask(long_line, "read", start_line=2, column=49_999_998)
    assert page.text == "    2: c\ufffd\ufffd [characters 49999998-50000000 of 50000000]\n    3: last"
    assert (page.lines, page.partial, page.next) == ((2, 3), (2,), None)
    past = ask(long_line, "read", start_line=2, column=50_000_001, limit=1)
    assert past.text.startswith("    2: [no character 50000001: line 2 has 50000000]\n")


def test_grep_shows_a_huge_line_around_the_match(long_line, ask):
    with memory_below(8 * MIB):
        page = ask(long_line, "grep", query="needle")
    assert page.text.startswith("2: abab")
    assert "abneedlecc" in page.text
    assert page.text.endswith(" of 50000000; 9999000 left: read start_line=2 column=40001001]")
    assert len(page.text) < 2200
    assert (page.lines, page.partial, page.total_matches) == ((2,), (2,), 1)
    with memory_below(200 * MIB):
        assert ask(long_line, "grep", query="ne+dle", regex=True).text == page.text
    beside = ask(long_line, "grep", query="last", context=1)
    assert beside.text.startswith("2- abab")
    assert beside.text.endswith("column=2001]\n3: last")
    assert beside.lines == (2, 3)


def test_tail_shows_the_end_of_a_huge_line(put, ask):
    artifact = put([b"first\n", b"a" * MIB, b"end"])
    page = ask(artifact, "tail", Limits(page_bytes=1024))
    assert re.search(
        r"aaend \[characters \d+-1048579 of 1048579; the beginning: read start_line=2\]\n", page.text
    )
    assert page.text.endswith("\n[lines 2-2 of 2 | before: read start_line=1 limit=1]")
    assert (page.lines, page.partial) == ((2,), (2,))
    assert len(page.text.encode()) <= 1024


def test_matches_in_many_long_lines_fill_pages_and_no_more(put, ask):
    artifact = put(b"".join(b"x" * 5000 + b"needle" + b"y" * 5000 + b"\n" for _ in range(100)))
    page = ask(artifact, "grep", query="needle")
    assert len(page.text.encode()) <= 65536
    assert 25 < len(page.matched) < 33
    assert page.text.count("needle") == len(page.matched)
    wide = ask(artifact, "grep", query="needle", context=10)
    assert len(wide.matched) >= 1
    assert len(wide.text.encode()) <= 65536
