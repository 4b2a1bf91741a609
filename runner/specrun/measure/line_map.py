"""Where the lines of a file went when it was edited, by the hunks of its diff."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import NamedTuple, Self

_HEADER = re.compile(rb"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@")
_BINARY = (b"Binary files ", b"GIT binary patch")


class Hunk(NamedTuple):
    """One change, as in `@@ -old_start,old_count +new_start,new_count @@` of a diff without context.

    Lines count from 1. With a count of 0 the start is the line after which the change is, 0 at the top.
    """

    old_start: int
    old_count: int
    new_start: int
    new_count: int


class _Span(NamedTuple):
    """What one side of a hunk covers: from its first line up to, but without, `end`."""

    first: int
    end: int

    @classmethod
    def of(cls, start: int, count: int) -> Self:
        """Make it from the numbers in a hunk's header."""
        return cls(start, start + count) if count else cls(start + 1, start + 1)


class LineMap:
    """Maps the lines of a file that a diff left alone between their old and their new numbers.

    Lines count from 1. How long the file is is not known: lines after the last hunk go on for ever.
    """

    def __init__(self, hunks: Iterable[Hunk] = ()) -> None:
        """Raise ValueError if the hunks are out of order, overlap or shift lines that they leave alone."""
        hunks = tuple(hunks)
        self._old = [_Span.of(hunk.old_start, hunk.old_count) for hunk in hunks]
        self._new = [_Span.of(hunk.new_start, hunk.new_count) for hunk in hunks]
        old_end = new_end = 1
        for number, (old, new) in enumerate(zip(self._old, self._new, strict=True), 1):
            if old.first < old_end or old.first - old_end != new.first - new_end:
                raise ValueError(f"hunk {number} does not fit the hunks before it")
            old_end, new_end = old.end, new.end

    def new(self, old: int) -> int | None:
        """Return the new number of an old line; None if the line was deleted or changed."""
        return _across(self._old, self._new, old)

    def old(self, new: int) -> int | None:
        """Return the old number of a new line; None if the line was added or changed."""
        return _across(self._new, self._old, new)

    def is_added(self, new: int) -> bool:
        """Whether a new line was added or changed."""
        return self.old(new) is None


UNCHANGED = LineMap()
"""The map of a file that was not edited."""

REPLACED = LineMap([Hunk(1, sys.maxsize, 1, sys.maxsize)])
"""The map of a file whose lines cannot be followed, such as a binary one: all of them are other lines."""


def parse_hunks(diff: bytes) -> tuple[Hunk, ...]:
    """Read the hunks of the `git diff --unified=0` of one file; () if only its name or mode changed.

    Raises ValueError if it is something else: binary (`--text` avoids it), of several files, or with context.
    """
    lines = iter(diff.split(b"\n"))
    hunks: list[Hunk] = []
    for number, line in enumerate(lines):
        header = _HEADER.match(line)
        if header:
            old_start, old_count, new_start, new_count = (
                1 if count is None else int(count) for count in header.groups()
            )
            hunks.append(Hunk(old_start, old_count, new_start, new_count))
            _skip(lines, chain(repeat(b"-", old_count), repeat(b"+", new_count)))
        elif hunks and line and not line.startswith(b"\\"):
            raise ValueError("the diff has something between or after its hunks")
        elif number and line.startswith(b"diff "):
            raise ValueError("the diff is of several files")
        elif line.startswith(_BINARY):
            raise ValueError("the diff is binary: it has no lines")
    return tuple(hunks)


def _skip(lines: Iterator[bytes], marks: Iterable[bytes]) -> None:
    """Pass over the content of a hunk by its marks alone: what follows them may look like a header."""
    for mark in marks:
        line = next(lines, b"")
        if line.startswith(b"\\"):  # the old side has no newline at its end
            line = next(lines, b"")
        if not line.startswith(mark):
            raise ValueError("the diff has a hunk with other lines than its header says")


def _across(here: list[_Span], there: list[_Span], line: int) -> int | None:
    """Take a line of this side to the other; None if it is inside a hunk."""
    hunk = bisect_right(here, line, key=lambda span: span.first) - 1
    if hunk < 0:
        return line
    return None if line < here[hunk].end else line - here[hunk].end + there[hunk].end
