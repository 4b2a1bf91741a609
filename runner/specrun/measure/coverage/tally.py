"""Where the readers of coverage formats put what they find: files inside the project, within limits."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Hashable
from pathlib import Path

from specrun.measure.reports import Coverage, FileCoverage, Function, ReportError

LINE_LIMIT = 1_000_000
"""Largest line number."""

COUNT_LIMIT = 5_000_000
"""Most line, branch and function counts in one report. Each file costs some, too."""

FILE_COST = 20
"""What looking for one file costs, in counts: it is far more work than one count."""

FUNCTION_LIMIT = 10_000
"""Most functions of one file."""

HITS_LIMIT = 2**53
"""Largest number of hits that is kept; higher ones are cut to it."""

PATH_LIMIT = 4096
"""Longest path, in characters, as on Linux."""


class FileTally:
    """The counts of one file."""

    def __init__(self, spend: Callable[[int], None]) -> None:
        self._spend = spend
        self._lines: dict[int, int] = {}
        self._functions: dict[tuple[int, str], Function] = {}
        self._named: dict[int, dict[Hashable, bool]] = {}
        self._counted: dict[int, tuple[int, int]] = {}

    def hit(self, line: int, hits: int) -> None:
        """Note that `line` is executable and was hit so often. Raises ReportError on an impossible line."""
        self._spend(1)
        hits = _hits(hits)
        if hits > self._lines.get(_line(line), -1):
            self._lines[line] = hits

    def branch(self, line: int, name: Hashable, taken: bool) -> None:
        """Note one branch of `line`, which `name` tells from the line's others.

        A branch that is noted twice is taken if it was taken once. Raises ReportError on an impossible line.
        """
        self._spend(1)
        arms = self._named.setdefault(_line(line), {})
        arms[name] = taken or arms.get(name, False)

    def branches(self, line: int, taken: int, there: int) -> None:
        """Note that so many of the branches of `line` were taken, where a format only counts them.

        Of a line that is noted twice each number keeps its largest value: which branches were meant is not
        known. Raises ReportError on an impossible line.
        """
        self._spend(1)
        known_taken, known_there = self._counted.get(_line(line), (0, 0))
        there = max(_hits(there), known_there)
        if there:
            self._counted[line] = (min(max(_hits(taken), known_taken), there), there)

    def function(self, name: str, start: int, end: int | None, hits: int) -> None:
        """Note a function.

        Raises ReportError if it starts or ends at no possible line, or if the file has too many.
        """
        self._spend(1)
        key = (_line(start), name)
        known = self._functions.get(key)
        if known is None and len(self._functions) >= FUNCTION_LIMIT:
            raise ReportError(f"it has more than {FUNCTION_LIMIT} functions in one file")
        if known is not None:
            hits, end = max(hits, known.hits), known.end if end is None else end
        self._functions[key] = Function(name, start, None if end is None else _line(end), _hits(hits))

    def coverage(self) -> FileCoverage:
        """Return what was noted, sorted by line."""
        functions = tuple(self._functions[key] for key in sorted(self._functions))
        named = {line: (sum(arms.values()), len(arms)) for line, arms in self._named.items()}
        branches = dict(sorted((self._counted | named).items()))
        return FileCoverage(dict(sorted(self._lines.items())), functions, branches)


class Tally:
    """The counts of a whole report."""

    def __init__(self, project: str) -> None:
        self._root = _absolute(project).rstrip("/")
        self._files: dict[str, FileTally] = {}
        self._left = COUNT_LIMIT

    def file(self, *candidates: str) -> FileTally:
        """Return the tally of a file that the report names in one of these ways.

        A candidate is absolute or relative to the project. Of several, the first that is a file now counts,
        or else the first that lies inside the project. What is noted of a file outside it is thrown away.
        Raises ReportError if there are too many.
        """
        self._spend(FILE_COST * len(candidates))
        inside = [path for path in map(self._relative, candidates) if path is not None]
        if not inside:
            return FileTally(self._spend)
        path = inside[0] if len(inside) == 1 else next(filter(self._exists, inside), inside[0])
        return self._files.setdefault(path, FileTally(self._spend))

    def coverage(self) -> Coverage:
        """Return all files, sorted by path."""
        return Coverage({path: self._files[path].coverage() for path in sorted(self._files)})

    def _spend(self, counts: int) -> None:
        self._left -= counts
        if self._left < 0:
            raise ReportError(f"it has more than {COUNT_LIMIT} counts")

    def _relative(self, path: str) -> str | None:
        if not path or len(path) > PATH_LIMIT or "\0" in path:
            return None
        whole = _absolute(posixpath.join(self._root or "/", path))
        return whole.removeprefix(self._root + "/") if whole.startswith(self._root + "/") else None

    def _exists(self, path: str) -> bool:
        try:
            return Path(self._root, path).is_file()
        except (OSError, ValueError):
            return False


def _absolute(path: str) -> str:
    """Normalise a path without looking at the disk; `..` never gets above the root."""
    return "/" + posixpath.normpath("/" + path).lstrip("/")


def _line(line: int) -> int:
    if not 1 <= line <= LINE_LIMIT:
        raise ReportError(f"it has a line number outside 1 to {LINE_LIMIT}")
    return line


def _hits(hits: int) -> int:
    return max(0, min(hits, HITS_LIMIT))
