from __future__ import annotations

import pytest

from specrun.artifacts.page import Call, Limits

FIVE = b"one\ntwo\nthree\nfour\nfive\n"
TWO_LINES = Limits(page_lines=2)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\nb\n", "    1: a\n    2: b"),
        (b"a\nb", "    1: a\n    2: b"),
        (b"a\n\n", "    1: a\n    2: "),
        (b"\n", "    1: "),
        (b"\r\n", "    1: "),
        (b"a\r\nb\r", "    1: a\n    2: b"),
        (b"a\r\r\nb\rc", "    1: a\r\n    2: b\rc"),
        (b"a\xff\nb\xe2\x82\nc\xf0", "    1: a\ufffd\n    2: b\ufffd\n    3: c\ufffd"),
        ("a\u2028b\u2029\x0b\x0c\x1c\x85\nc".encode(), "    1: a\u2028b\u2029\x0b\x0c\x1c\x85\n    2: c"),
        (b"\xef\xbb\xbfa\x00", "    1: \ufeffa\x00"),
        (b"", "[the artifact is empty: 0 lines]"),
    ],
)
def test_lines_end_at_line_feeds_and_nowhere_else(put, ask, content, text):
    artifact = put(content)
    assert ask(artifact, "read").text == text
    assert ask(artifact, "tail").text == text
    assert artifact.lines == len(ask(artifact, "read").lines)


def test_read_says_how_to_go_on(put, ask):
    artifact = put(FIVE)
    page = ask(artifact, "read", TWO_LINES)
    assert page.text == "    1: one\n    2: two\n[lines 1-2 of 5 | next: start_line=3]"
    assert page.next == Call("read", {"artifact": artifact.id, "start_line": 3})
    assert (page.lines, page.partial, page.total_lines) == ((1, 2), (), 5)
    last = ask(artifact, "read", TWO_LINES, start_line=5)
    assert (last.text, last.next) == ("    5: five", None)


def test_read_keeps_the_limit_that_was_asked_for(put, ask):
    artifact = put(FIVE)
    page = ask(artifact, "read", start_line=2, limit=1)
    assert page.text == "    2: two\n[lines 2-2 of 5 | next: start_line=3]"
    assert page.next == Call("read", {"artifact": artifact.id, "start_line": 3, "limit": 1})


@pytest.mark.parametrize(("start_line", "limit"), [(1, 2), (0, 5), (-7, 200), (-(10**30), 10**30)])
def test_read_clamps_its_numbers(put, ask, start_line, limit):
    page = ask(put(FIVE), "read", TWO_LINES, start_line=start_line, limit=limit)
    assert page.lines == (1, 2)


@pytest.mark.parametrize("limit", [0, -1, 1])
def test_a_page_has_at_least_one_line(put, ask, limit):
    artifact = put(FIVE)
    assert ask(artifact, "read", limit=limit).lines == (1,)
    assert ask(artifact, "grep", query="o", limit=limit).lines == (1,)
    assert ask(artifact, "tail", lines=limit).lines == (5,)


def test_past_the_end_is_an_empty_page_that_says_so(put, ask):
    page = ask(put(FIVE), "read", start_line=6)
    assert page.text == "[no line 6: the artifact has 5 lines, the last is start_line=5]"
    assert (page.lines, page.next, page.total_lines, page.refused) == ((), None, 5, False)
    assert ask(put(b""), "tail").text == "[the artifact is empty: 0 lines]"


def test_tail_says_how_to_see_what_is_before(put, ask):
    artifact = put(FIVE)
    page = ask(artifact, "tail", TWO_LINES)
    assert page.text == "    4: four\n    5: five\n[lines 4-5 of 5 | before: read start_line=2 limit=2]"
    assert page.next == Call("read", {"artifact": artifact.id, "start_line": 2, "limit": 2})
    assert ask(artifact, "tail", lines=99).text.endswith("    5: five")


def test_grep_counts_matches(put, ask):
    artifact = put(FIVE)
    page = ask(artifact, "grep", TWO_LINES, query="o")
    assert page.text == "1: one\n2: two\n[matches 1-2 of 3 | next: offset=2]"
    assert page.next == Call("grep", {"artifact": artifact.id, "query": "o", "offset": 2})
    assert (page.matched, page.total_matches, page.total_lines) == ((1, 2), 3, 5)
    rest = ask(artifact, "grep", TWO_LINES, query="o", offset=2)
    assert (rest.text, rest.next) == ("4: four\n[matches 3-3 of 3]", None)


def test_grep_that_shows_all_has_no_footer(put, ask):
    assert ask(put(FIVE), "grep", query="three").text == "3: three"


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"query": "six"}, "[0 matches in 5 lines]"),
        ({"query": "O"}, "[0 matches in 5 lines]"),
        ({"query": "o", "offset": 3}, "[no match at offset=3: there are 3 matches, from offset=0]"),
        ({"query": "o."}, "[0 matches in 5 lines]"),
        ({"query": "^t.*e$", "regex": True}, "3: three"),
        ({"query": "(?i)FO|FI", "regex": True}, "4: four\n5: five"),
    ],
)
def test_grep_finds_what_it_is_told(put, ask, args, text):
    page = ask(put(FIVE), "grep", **args)
    assert (page.text, page.refused) == (text, False)


def test_grep_shows_neighbours_and_gaps(put, ask):
    artifact = put(b"a\nX\nb\nX\nc\nd\ne\nf\nX\n")
    page = ask(artifact, "grep", query="X", context=1)
    assert page.text == "1- a\n2: X\n3- b\n4: X\n5- c\n--\n8- f\n9: X"
    assert (page.lines, page.matched) == ((1, 2, 3, 4, 5, 8, 9), (2, 4, 9))
    first = ask(artifact, "grep", query="X", context=1, limit=1)
    assert first.text == "1- a\n2: X\n3- b\n[matches 1-1 of 3 | next: offset=1]"
    assert first.next.args == {"artifact": artifact.id, "query": "X", "offset": 1, "limit": 1, "context": 1}


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ({"query": ""}, "query is empty; give the text to search for"),
        ({"query": "", "regex": True}, "query is empty; give the text to search for"),
        (
            {"query": "a\nb"},
            "query has a line feed; lines are searched one by one, so give a part of one line",
        ),
        ({"query": "a(", "regex": True}, "not a regular expression that RE2 can run: missing ): a("),
        (
            {"query": "(?=a)", "regex": True},
            "not a regular expression that RE2 can run: invalid perl operator: (?=",
        ),
        ({"query": "a" * 1001}, "query has 1001 characters, at most 1000 can be searched for"),
        ({"query": "\ud800"}, "query '\\ud800' is not Unicode text"),
    ],
)
def test_a_query_that_cannot_be_searched_for_is_refused(put, ask, args, reason):
    page = ask(put(FIVE), "grep", **args)
    assert (page.text, page.refused) == (f"[error: grep: {reason}]", True)


def test_what_is_broken_in_the_bytes_is_found_as_it_is_shown(put, ask):
    artifact = put("a\xe9\r\n".encode("latin-1") + "\ufffd\n".encode() + b"\r\rb\r\n\xed\xa0\x80\n")
    assert ask(artifact, "grep", query="\ufffd").matched == (1, 2, 4)
    assert ask(artifact, "grep", query="a\ufffd").text == "1: a\ufffd"
    assert ask(artifact, "grep", query="\r").matched == (3,)
    assert ask(artifact, "grep", query="b\r").total_matches == 0
    assert ask(artifact, "grep", query="^.$", regex=True).matched == (2,)


def test_a_page_ends_where_its_bytes_do(put, ask):
    artifact = put(b"".join(b"%d %s\n" % (n, b"x" * 300) for n in range(1, 10)))
    page = ask(artifact, "read", Limits(page_bytes=1024))
    assert page.lines == (1, 2)
    assert page.text.endswith("\n[lines 1-2 of 9 | next: start_line=3]")
    assert ask(artifact, "tail", Limits(page_bytes=1024)).lines == (8, 9)
    assert ask(artifact, "grep", Limits(page_bytes=1024), query="x").matched == (1, 2)


@pytest.mark.parametrize("limits", [{"page_lines": 0}, {"page_bytes": 1023}])
def test_limits_without_room_for_a_page_are_refused(limits):
    with pytest.raises(ValueError, match="is at least"):
        Limits(**limits)
