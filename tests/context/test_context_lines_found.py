"""Patterns in lines, against a definition that tries them line by line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import re2
from declared_fixtures import holding
from hypothesis import given
from hypothesis import strategies as st
from slow_text import text_lines

from specrun.context.lines_found import Pattern

PATTERNS = [
    r"a",
    r"^a",
    r"b$",
    r"^$",
    r"^\s*$",
    r"a\sb",
    r"[^a]+",
    r"a|b(c)",
    r"(a)?b",
    r"(?s)a.*b",
    r"(?i)A",
    r"(?-i)^a",
    r"(?i-m:^a$)",
    r"\Aa",
    r"a\z",
    r"\bb",
    r"\Qa.",
    r"\x{FFFD}",
    r".$",
    r"é(.)",
    r"\d+: ",
]

PIECES = [b"a", b"b", b"c", b".", b" ", b"\n", b"\n", b"\r\n", b"\r", b"\xc3\xa9", b"\xc3", b"\xff", b"1: "]


def slow(pattern: str, lines: list[str]) -> list[str]:
    """The matches of each line, looked for in that line alone."""
    found = (re2.search(pattern, line) for line in lines)
    groups = re2.compile(pattern).groups
    return [match[1] if groups and match[1] is not None else match[0] for match in found if match]


@given(
    pattern=st.sampled_from(PATTERNS),
    pieces=st.lists(st.sampled_from(PIECES)),
)
def test_every_line_is_tried_on_its_own(pattern, pieces):
    content = b"".join(pieces)
    lines = text_lines(content.decode(errors="replace"))
    with tempfile.TemporaryDirectory() as folder:
        material = holding(Path(folder), content)
        found = list(Pattern(pattern).in_content(material.sources[0].content))
        material.close()
    assert found == slow(pattern, lines)
    if lines:
        again = [line.removesuffix("\r") for line in lines]
        assert list(Pattern(pattern).in_text("\n".join(lines))) == slow(pattern, again)


def test_lines_over_the_borders_of_blocks(tmp_path):
    lines = [f"{number} {'x' * (number % 700)}é" for number in range(3000)]
    material = holding(tmp_path, "\r\n".join(lines).encode())
    assert list(Pattern(r"^\d+ x*é$").in_content(material.sources[0].content)) == lines
    assert list(Pattern(r"\A\d+ x*é\z").in_content(material.sources[0].content)) == lines


def test_a_part_of_a_character_is_no_error():
    assert list(Pattern(r"\C").in_text("é\na")) == ["\ufffd", "a"]


@pytest.mark.parametrize("text", ["\ud800", "\x00a", "a\u2028b\x85c"])
def test_only_line_feeds_end_lines(text):
    assert len(list(Pattern(r"^.*$").in_text(text))) == 1
