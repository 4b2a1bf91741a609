"""What test reports and coverage reports say, whatever their format."""

from __future__ import annotations

from typing import Literal

import msgspec

TestStatus = Literal["passed", "failed", "error", "skipped"]

REPORT_LIMIT = 64 * 1024 * 1024
"""Largest report file that is read, in bytes."""


class ReportError(ValueError):
    """A report that cannot be read. The message says what is wrong in one line, without the report's name."""


class TestResult(msgspec.Struct, frozen=True):
    """One test. `id` is unique in its report: a repeated name gets `#2`, `#3`."""

    __test__ = False

    id: str
    status: TestStatus


class TestRun(msgspec.Struct, frozen=True):
    """A test report: its tests, sorted by id."""

    __test__ = False

    tests: tuple[TestResult, ...]

    def ids(self, *statuses: TestStatus) -> frozenset[str]:
        """The ids of the tests with one of these statuses."""
        return frozenset(test.id for test in self.tests if test.status in statuses)

    @property
    def ran(self) -> int:
        """How many tests really ran: skipped ones did not."""
        return sum(test.status != "skipped" for test in self.tests)

    @property
    def broken(self) -> int:
        """How many tests failed or could not run."""
        return sum(test.status in ("failed", "error") for test in self.tests)


class Function(msgspec.Struct, frozen=True):
    """A function as a coverage report names it. Lines count from 1; `end` is None where it is not told."""

    name: str
    start: int
    end: int | None
    hits: int


class FileCoverage(msgspec.Struct, frozen=True):
    """The executable lines of one file, to how often each was hit (0 is missed)."""

    lines: dict[int, int]
    functions: tuple[Function, ...] = ()
    branches: dict[int, tuple[int, int]] = {}
    """Lines that branch, to how many of their branches were taken and how many there are.

    Empty also if the report does not measure branches.
    """

    @property
    def covered(self) -> frozenset[int]:
        """The lines that were hit."""
        return frozenset(line for line, hits in self.lines.items() if hits > 0)


class Coverage(msgspec.Struct, frozen=True):
    """A coverage report: files by path, relative to the project, with `/`."""

    files: dict[str, FileCoverage]
