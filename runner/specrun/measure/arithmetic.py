"""Figures that are computed from coverage reports."""

from __future__ import annotations

import functools
from collections.abc import Callable

import msgspec

from specrun.measure.paths import Matcher
from specrun.measure.reports import Coverage, FileCoverage


class FileLines(msgspec.Struct, frozen=True):
    """One source file: how many of its lines are executable, and how many of them were hit."""

    path: str
    covered_lines: int
    executable_lines: int


class SourceCoverage(msgspec.Struct, frozen=True):
    """Coverage of the project's own source. Files are sorted by path."""

    files: tuple[FileLines, ...]
    impossible_lines: int
    """Lines that the report claims of source files and that are not there."""

    @property
    def covered_lines(self) -> int:
        """Executable source lines that were hit."""
        return sum(file.covered_lines for file in self.files)

    @property
    def executable_lines(self) -> int:
        """Executable source lines."""
        return sum(file.executable_lines for file in self.files)

    @property
    def rate(self) -> float | None:
        """covered_lines / executable_lines, 0 to 1; None if no line is executable."""
        return self.covered_lines / self.executable_lines if self.executable_lines else None


def source_coverage(
    coverage: Coverage, matcher: Matcher, exists: Callable[[str], int | None]
) -> SourceCoverage:
    """Count the lines of the files that are source by `matcher` and are in the delivered tree.

    `exists` gives the number of lines of a file of the delivered tree, or None if it is not there: a report
    may claim what it likes, and only lines that exist count.
    """
    files: list[FileLines] = []
    impossible = 0
    for path, claimed in sorted(coverage.files.items()):
        if matcher.kind(path) != "source":
            continue
        length = exists(path)
        real = renumbered(claimed, functools.partial(within, length or 0))
        impossible += len(claimed.lines) - len(real.lines)
        if length is not None:
            files.append(file_lines(path, real))
    return SourceCoverage(tuple(files), impossible)


def file_lines(path: str, coverage: FileCoverage) -> FileLines:
    """Count the lines of one file."""
    return FileLines(path, len(coverage.covered), len(coverage.lines))


def renumbered(claimed: FileCoverage, number: Callable[[int], int | None]) -> FileCoverage:
    """Give each line the number that `number` says, and leave out those of which it says None.

    `number` gives no two lines the same number. Functions are left out.
    """
    lines = ((number(line), hits) for line, hits in claimed.lines.items())
    branches = ((number(line), counts) for line, counts in claimed.branches.items())
    return FileCoverage(
        {line: hits for line, hits in lines if line is not None},
        branches={line: counts for line, counts in branches if line is not None},
    )


def within(length: int, line: int) -> int | None:
    """Return `line` if a file of so many lines has it."""
    return line if 1 <= line <= length else None
