"""A cheap sign of padded tests: how much of what a patch added to the tests is a copy of another place.

A line is a copy if it stands in a run of `RUN` lines that stands in the tests already, or further up in what
was added. White space, numbers and the names of tests mean nothing: tests that were copied, renamed and given
other numbers are still copies. Other literals count, and so do the numbers of neighbours that differ in
nothing else: a table of cases is no padding.

What to expect (42 suites of real projects, each taken as if all of it had been added): half of them copy at
most 4 % of their lines, the most repetitive ones 28 %, and one that was written by copying 42 %. In the 41
that have functions named `test...`, five copies of each, renamed and with other numbers, make it 55 % or
more, 81 % for half of them; one copy of each makes 6 to 63 %. So a share over one half tells heavy padding
from tests, and does not tell a single copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

RUN = 5
"""Shortest run of lines that counts. Shorter ones are how tests look: they begin and end alike."""

# Before white space goes: what names a test in Python, in JavaScript and in C.
_NAMED = re.compile(
    r"""^\s*(?:
        (?P<function>(?:async\s+)?(?:def|function))\s+[\w$]+
        | (?P<call>(?:test|it|describe)(?:\.\w+)?\s*\(\s*)(?:"[^"]*"|'[^']*'|`[^`]*`)
        | (?P<type>(?:static\s+)?(?:void|int)\s)\s*\w+(?=\s*\()
    )""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+")


def duplicated_lines(added: Mapping[str, Sequence[tuple[int, str]]], base: Iterable[str]) -> tuple[int, int]:
    """Count the lines that a patch added to tests and that are copies, and all that it added but blank ones.

    `added` is, by path, the number and the text of each added line, in order. `base` is the texts of the test
    files as they were before, without those that the patch took away: else a moved file is a copy of itself.
    Of lines that are added several times the first are no copies, and paths make no difference.
    """
    seen = {window for text in base for window in _windows(_plain(text.splitlines()))}
    runs = sorted(_plain(run) for lines in added.values() for run in _consecutive(lines))
    duplicated = 0
    for run in runs:
        copied: set[int] = set()
        for start, window in enumerate(_windows(run)):
            if window in seen:
                copied.update(range(start, start + RUN))
            seen.add(window)
        duplicated += len(copied)
    return duplicated, sum(map(len, runs))


def _consecutive(lines: Sequence[tuple[int, str]]) -> list[list[str]]:
    """Split the lines where others stand between them."""
    runs = [[text for _, text in lines[:1]]]
    for (before, _), (number, text) in pairwise(lines):
        if number == before + 1:
            runs[-1].append(text)
        else:
            runs.append([text])
    return runs


def _plain(lines: Iterable[str]) -> list[str]:
    """Give what counts of each line; blank ones are left out."""
    exact = [_SPACE.sub("", _NAMED.sub(_without_name, line)) for line in lines if line.strip()]
    plain = [_NUMBER.sub("0", line) for line in exact]
    return [
        exact[at] if line in (plain[at - 1 : at] + plain[at + 1 : at + 2]) else line
        for at, line in enumerate(plain)
    ]


def _without_name(found: re.Match[str]) -> str:
    return found["function"] or found["call"] or found["type"]


def _windows(lines: list[str]) -> list[tuple[str, ...]]:
    """Give every `RUN` lines that follow one another, in order."""
    return [tuple(lines[start : start + RUN]) for start in range(len(lines) - RUN + 1)]
