"""Tests inside of source files, such as Rust's `#[cfg(test)]` modules or C's `#ifdef UNIT_TEST`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.spec.models.common import InlineTests


def inline_test_lines(text: str, marks: InlineTests | None) -> frozenset[int]:
    """The lines, from 1, of all parts that are tests, the marking lines included.

    A part that does not end goes on to the end of the file.
    """
    if marks is None:
        return frozenset()
    import re2  # slow to import

    begin, end = re2.compile(marks.begin), re2.compile(marks.end)
    lines: set[int] = set()
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.rstrip("\r")
        if inside:
            lines.add(number)
            inside = end.search(stripped) is None
        elif begin.search(stripped) is not None:
            lines.add(number)
            inside = True
    return frozenset(lines)
