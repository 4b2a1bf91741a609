"""From the names and statuses that a format gives to a TestRun."""

from __future__ import annotations

import re
from collections.abc import Iterable

from specrun.measure.reports import ReportError, TestResult, TestRun, TestStatus

TEST_LIMIT = 500_000
"""Most tests in a report."""

ID_LIMIT = 500
"""Longest test id, in characters; the rest of a longer name is cut."""

# Control characters, lone surrogates and marks that reorder or break lines: nobody names a test so.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ADDRESS = re.compile("(?<= at )0x[0-9a-f]{6,16}")
"""As Python shows an object without a name of its own: `<object at 0x7f0d8e11b100>`."""


def join_id(*parts: str) -> str:
    """Join the parts of a test's name, cut to ID_LIMIT: a report may repeat a huge part for each test."""
    return "::".join(part[:ID_LIMIT] for part in parts if part)[:ID_LIMIT]


def collect(results: Iterable[tuple[str, TestStatus]]) -> TestRun:
    """Make ids unique (`name`, `name#2`, ... in the order of the report) and sort.

    Unprintable characters become U+FFFD, and memory addresses, which differ in every run, `0x`.
    Raises ReportError past TEST_LIMIT.
    """
    statuses: dict[str, TestStatus] = {}
    seen: dict[str, int] = {}
    for name, status in results:
        if len(statuses) >= TEST_LIMIT:
            raise ReportError(f"it has more than {TEST_LIMIT} tests")
        statuses[_unique(_printable(name), statuses, seen)] = status
    return TestRun(tuple(TestResult(test, status) for test, status in sorted(statuses.items())))


def _printable(name: str) -> str:
    return _ADDRESS.sub("0x", _UNPRINTABLE.sub("\ufffd", name)) or "(no name)"


def _unique(name: str, taken: dict[str, TestStatus], seen: dict[str, int]) -> str:
    unique = name
    while unique in taken:
        seen[name] = seen.get(name, 1) + 1
        unique = f"{name}#{seen[name]}"
    return unique
