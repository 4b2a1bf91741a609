"""A small change of a source text that its tests should notice."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

Operator = Literal["arithmetic", "boundary", "negation", "logical", "constant", "return", "deletion"]
"""What is changed: an operator of arithmetic; whether a limit belongs to a range; a comparison or condition,
into its opposite; `and` and `or`; a literal; what a function returns; a statement, which is left out."""

LITERAL_LIMIT = 100
"""Longest number that is changed, in characters."""


class Mutant(msgspec.Struct, frozen=True):
    """One change on one line; no line moves."""

    line: int
    """From 1, in the text that it was made from."""
    operator: Operator
    before: str
    """The line, without the white space around it."""
    after: str
    start: int
    """Where the changed part starts and ends in the text, in characters."""
    end: int
    replacement: str

    def text_in(self, text: str) -> str:
        """Give the whole text with the change made."""
        return text[: self.start] + self.replacement + text[self.end :]


class Edit(NamedTuple):
    """What a mutant does, before it is known whether it stays on one line."""

    start: int
    end: int
    replacement: str
    operator: Operator


class Change(NamedTuple):
    """An edit, and when it runs."""

    edit: Edit
    line: int
    """The line that a coverage report shows as hit when this runs."""


def removal(text: str, start: int, end: int, operator: Operator) -> Edit:
    """Take a part away, with the blanks after it; its neighbours do not grow together to one word."""
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    apart = re.match(r"[\w$]{2}", text[max(0, start - 1) : start] + text[end : end + 1])
    return Edit(start, end, " " if apart else "", operator)


def mutants_of(
    text: str, starts: list[int], changes: Iterable[Change], lines: frozenset[int]
) -> Iterator[Mutant]:
    """Make mutants of the changes that run with one of `lines`; of two that give the same line, one.

    `starts` is the index at which each line starts. The order is that of the text.
    """
    made: set[tuple[int, str]] = set()
    for edit in sorted(change.edit for change in changes if change.line in lines):
        line = bisect_right(starts, edit.start)
        start, end = starts[line - 1], starts[line] if line < len(starts) else len(text)
        before = text[start:end].strip()
        after = (text[start : edit.start] + edit.replacement + text[edit.end : end]).strip()
        if _stays_on_line(text[edit.start : edit.end]) and (line, after) not in made:
            made.add((line, after))
            yield Mutant(line, edit.operator, before, after, edit.start, edit.end, edit.replacement)


def _stays_on_line(part: str) -> bool:
    return "\n" not in part and "\r" not in part
