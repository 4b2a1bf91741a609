"""Pages against the slow definition, on content that is as odd as bytes can be."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slow_pages import Ask, follow, lines_of, matching, read_rows

from specrun.artifacts.lines import BLOCK, LineCounter
from specrun.artifacts.matchers import regex_matcher
from specrun.artifacts.page import Call, Limits
from specrun.artifacts.store import ArtifactStore
from specrun.artifacts.tools import View, call

ODD = [
    "\n",
    "\r",
    "\r\n",
    "a",
    "ab",
    "b a",
    "é",
    "\u2028",
    "\x0b",
    "\x0c",
    "\x85",
    "\0",
    "\ufffd",
    "😀",
    "\ufeff",
]
BROKEN = [b"\xff", b"\xe2\x82", b"\xf0\x9f", b"\x80", b"\xed\xa0\x80", b"\xc3"]
PIECES = st.sampled_from([piece.encode() for piece in ODD] + BROKEN)
SMALL = st.lists(PIECES, max_size=40).map(b"".join)
RUNS = st.tuples(SMALL, st.sampled_from([1, 1, 1, 700, 5000, 20_000]))
LARGE = st.lists(RUNS, max_size=6).map(
    lambda runs: b"".join(piece * times for piece, times in runs)[: 3 * BLOCK]
)
CONTENT = st.one_of(SMALL, LARGE)
QUERIES = st.lists(
    st.sampled_from([piece for piece in ODD if "\n" not in piece]), min_size=1, max_size=3
).map("".join)
PATTERNS = [
    *(
        "a",
        "^a",
        "a$",
        "^$",
        "$",
        "^",
        "x*",
        ".",
        r"a\s",
        r"\sa",
        "[^b]a",
        "[^a]*b",
        "a[^x]*a",
        r"\ba",
        r"\Ba",
    ),
    *(
        r"\Aa",
        r"b\z",
        "(?-m)^a",
        "(?-m:^)b",
        "(?i)A",
        "(?i-m)^A",
        "a|b$",
        r"\r",
        r"\x{FFFD}",
        "(?s)a.b",
        "(?s).+",
    ),
    *(
        r"\Qa",
        r"\Q\n",
        r"\C",
        r"(?:a\n|b)",
        r"a\nb",
        r"\n",
        r"[\s\S]b",
        r"^\s*$",
        "a{2,}",
        r"\W",
        r"\p{L}$",
        "()",
    ),
    *("(?U)a.*b", "(?P<n>a)b", "é", r"\v", r"\d", "[[:^alpha:]]", r"(?m)^a|b$", r"(?s:.)\z"),
]
LIMITS = st.builds(
    Limits, page_lines=st.sampled_from([1, 3, 200]), page_bytes=st.sampled_from([1024, 2000, 65536])
)
PAGES = 40
"""How many pages with one match at least are followed: each is a search of the whole content."""


@contextmanager
def asking(content: bytes, limits: Limits) -> Iterator[Ask]:
    with tempfile.TemporaryDirectory() as folder:
        store = ArtifactStore(Path(folder))
        artifact = store.create(content, thread="t", turn="u", kind="tool_output")

        def ask(tool: str, **args: object) -> object:
            return call(View(store, "t", limits), tool, {"artifact": artifact.id, **args})

        ask.artifact = artifact
        yield ask


def without_marker(shown: str, before: str) -> str:
    """The part of a line that a page shows, which goes on where the page before ended."""
    text, first, last = re.fullmatch(
        r"(.*) \[characters ([0-9]+)-([0-9]+) of [0-9]+(?:; .*)?\]", shown, re.DOTALL
    ).groups()
    assert int(first) == len(before) + 1
    assert int(last) == len(before) + len(text)
    return text


@settings(deadline=None, max_examples=60)
@given(CONTENT, LIMITS)
def test_following_the_footers_reads_every_line_once(content, limits):
    expected = lines_of(content)
    with asking(content, limits) as ask:
        assert ask.artifact.lines == len(expected)
        start = max(1, len(expected) - 400)
        found = {}
        for page in follow(ask, Call("read", {"artifact": ask.artifact.id, "start_line": start})):
            assert len(page.text.encode()) <= limits.page_bytes
            assert len(page.lines) <= limits.page_lines
            for number, shown in (read_rows(page) if page.lines else {}).items():
                part = without_marker(shown, found.get(number, "")) if number in page.partial else shown
                assert number in page.partial or number not in found
                found[number] = found.get(number, "") + part
    assert found == dict(enumerate(expected[start - 1 :], start))


@settings(deadline=None, max_examples=60)
@given(CONTENT, LIMITS, st.integers(-1, 250))
def test_tail_is_the_last_lines(content, limits, wanted):
    expected = dict(enumerate(lines_of(content), 1))
    with asking(content, limits) as ask:
        page = ask("tail", lines=wanted)
        assert len(page.text.encode()) <= limits.page_bytes
        if not expected:
            assert page.text == "[the artifact is empty: 0 lines]"
            return
        rows = read_rows(page)
        assert page.lines == tuple(range(len(expected) - len(rows) + 1, len(expected) + 1))
        assert len(rows) <= min(max(1, wanted), limits.page_lines)
        if len(rows) < min(max(1, wanted), limits.page_lines, len(expected)):
            more = expected[page.lines[0] - 1]
            assert len(page.text.encode()) + len(more.encode()) > limits.page_bytes - 500
        for number, text in rows.items():
            shown = text.rsplit(" [characters ", 1)[0] if number in page.partial else text
            assert expected[number].endswith(shown)
            assert shown == expected[number] or number in page.partial
        assert (page.next is None) == (1 in page.lines)


@settings(deadline=None, max_examples=100)
@given(CONTENT, LIMITS, QUERIES)
@example(b"a" * (BLOCK - 1) + b"bc\nbc\n", Limits(), "bc")
@example(b"\n" * (BLOCK - 1) + b"bc\nbc\n", Limits(), "bc")
@example(b"bc" + b"x" * BLOCK + b"bc\nbc", Limits(), "bc")
@example(b"bc\n" * 300 + b"x" * (BLOCK - 900 - 601) + b"bcbc", Limits(page_lines=1), "bc")
@example(b"bc\n" * 300 + b"bc" * BLOCK + b"\nbc", Limits(page_lines=1), "bc")
@example(b"a\n" + (b"b" + b"\nc" * 7) * 60_000, Limits(page_lines=1), "b")
def test_following_the_footers_finds_every_match_once(content, limits, query):
    matches_are_right(content, limits, query, regex=False)


@settings(deadline=None, max_examples=150)
@given(SMALL, LIMITS, st.sampled_from(PATTERNS))
@example(b"b\na\nb\na", Limits(), r"\Aa")
@example(b"b\na\nb\na", Limits(), r"b\z")
@example(b"b\na\nb\na", Limits(), "(?-m)^a")
@example(b"b\na\nb\na", Limits(), r"\Qa")
@example(b"b\na\nb\na", Limits(), r"a\C")
def test_patterns_match_line_by_line(content, limits, pattern):
    matches_are_right(content, limits, pattern, regex=True)


@settings(deadline=None, max_examples=40)
@given(LARGE, st.sampled_from(PATTERNS))
def test_patterns_match_in_large_content(content, pattern):
    matches_are_right(content, Limits(), pattern, regex=True)


def matches_are_right(content: bytes, limits: Limits, query: str, *, regex: bool) -> None:
    expected = matching(content, query, regex)
    offset = max(0, len(expected) - min(300, PAGES * limits.page_lines))
    with asking(content, limits) as ask:
        matched = []
        args = {"query": query, "offset": offset} | ({"regex": True} if regex else {})
        for page in follow(ask, Call("grep", {"artifact": ask.artifact.id, **args})):
            assert page.total_matches == len(expected)
            assert len(page.text.encode()) <= limits.page_bytes
            assert page.lines == page.matched
            if page.matched:
                rows = read_rows(page)
                assert all(rows[n] == expected[n] for n in page.matched if n not in page.partial)
            matched += page.matched
    assert matched == list(expected)[offset:]


@settings(deadline=None, max_examples=60)
@given(SMALL, st.sampled_from(["a", "\r", "é"]), st.integers(1, 12))
def test_context_is_what_stands_around(content, query, context):
    lines, matches = lines_of(content), matching(content, query)
    around = {n + d for n in matches for d in range(-context, context + 1) if abs(d) <= 10}
    with asking(content, Limits()) as ask:
        page = ask("grep", query=query, context=context)
    assert page.lines == tuple(sorted(n for n in around if 1 <= n <= len(lines)))
    assert page.matched == tuple(matches)
    assert not page.lines or read_rows(page) == {n: lines[n - 1] for n in page.lines}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([b"", b"\n", b"ab\n", b"x" * BLOCK, b"\n" * (BLOCK - 1)]), max_size=8))
def test_the_index_does_not_depend_on_how_the_bytes_come(chunks):
    one, many = LineCounter(), LineCounter()
    one.add(b"".join(chunks))
    for chunk in chunks:
        many.add(chunk)
    assert (one.index, one.lines, one.size) == (many.index, many.lines, many.size)
    assert one.index.fits(one.size, one.lines)
    assert one.lines == len(lines_of(b"".join(chunks)))


@pytest.mark.parametrize("longest", [10, 100])
def test_a_pattern_looks_at_the_beginning_of_a_line_that_is_too_long(store, put, longest):
    artifact = put(b"short a\n" + b"x" * 200 + b"a\n" + b"a" * 200 + b"\nshort a")
    search = partial(regex_matcher("a").find, wanted=range(10), longest=longest)
    with store.open("t1", artifact.id) as content:
        found = search(content)
    assert [hit.line for hit in found.hits] == [1, 3, 4]
    assert found.half_searched == (2, 3)
