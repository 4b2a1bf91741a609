from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from specrun.reports.escape import Markdown, cut, escape, markdown, plain
from specrun.reports.table import table

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
JOINER = "\u2060"
LIVE = re.compile(r"@\w|#[0-9]|://|www\.|gh-[0-9]", re.IGNORECASE)
"""What GitHub makes links of, wherever it stands in text."""

SYNTAX = [
    *"\\`*_{}[]()<>#+-.!|~$&:@=/^\"' \t\n",
    *[
        "http://a.b",
        "www.a.b",
        "@a",
        "#1",
        "GH-1",
        "&amp;",
        "&#35;",
        "<b>",
        "<!--",
        "[a](b)",
        "![a](b)",
        "[a]:b",
    ],
    *["**", "__", "~~", "```", "---", "===", "|a|", ":x:", "<http://a.b>", "\u202e", "\u200b", "\x1b", "a"],
    "1. ",
    "- ",
]
hostile = st.lists(st.sampled_from(SYNTAX) | st.characters(), max_size=12).map("".join)


def shown(tokens: list[Token]) -> str:
    """Return the text of inline tokens, of which none may be anything but text."""
    assert {token.type for token in tokens} <= {"text", "text_special"}
    return "".join(token.content for token in tokens).replace(JOINER, "")


@given(hostile)
@example("1. a")
@example("12345) b")
@example("`a` | `b`")
@example("a\\|b")
def test_a_paragraph_shows_the_text_and_nothing_else(text: str) -> None:
    escaped = escape(text)
    assert not LIVE.search(escaped.replace("&#8288;", JOINER))
    tokens = MARKDOWN.parse(escaped)
    if not plain(text):
        assert tokens == []
    else:
        opening, inline, closing = tokens
        assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
        assert shown(inline.children or []) == plain(text)


@given(hostile)
def test_a_heading_and_a_list_item_show_the_text(text: str) -> None:
    for prefix, opening, lead in (("# ", "heading_open", ""), ("- x ", "bullet_list_open", "x")):
        tokens = MARKDOWN.parse(f"{prefix}{escape(text)}")
        [inline] = [token for token in tokens if token.type == "inline"]
        assert tokens[0].type == opening
        assert shown(inline.children or []).removeprefix(lead).strip(" ") == plain(text)


@given(st.lists(st.lists(hostile, min_size=2, max_size=2), max_size=3))
def test_a_table_shows_the_text_of_every_cell(rows: list[list[str]]) -> None:
    text = table(["first", "second"], rows, right=[1])
    assert len(text.split("\n")) == 2 + len(rows)
    tokens = MARKDOWN.parse(text)
    cells = [shown(token.children or []) for token in tokens if token.type == "inline"]
    assert cells == ["first", "second", *(plain(cell) for row in rows for cell in row)]


@given(st.text())
def test_plain_text_is_one_line_of_visible_characters(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", plain(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tests_run of src/app.py-1.2", "tests_run of src/app.py-1.2"),
        ("0.5 %", "0.5 %"),
        ("a\r\n\tb  c ", "a b c"),
        ("\u202etxt", r"\\u202etxt"),
        ("\x1b[1m", r"\\x1b\[1m"),
        ("\U000e0041", r"\\U000e0041"),
        ("\ud800", r"\\ud800"),
        ("see pkg::tests::add", "see pkg::tests::add"),
        ("you@example.org", "you@&#8288;example.org"),
    ],
)
def test_ordinary_text_stays_legible(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_markdown_is_not_escaped_twice() -> None:
    assert markdown(Markdown("**a**")) == "**a**"
    assert markdown("**a**") == r"\*\*a\*\*"
    assert markdown(7) == "7"


def test_a_cut_says_so() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abc defg", 7) == "abc..."
