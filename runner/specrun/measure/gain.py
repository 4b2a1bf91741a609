"""What a patch gains in coverage: counted on the lines that were there before it, never on its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import msgspec

from specrun.measure.arithmetic import FileLines, file_lines, renumbered
from specrun.measure.line_map import LineMap
from specrun.measure.patched import Patched
from specrun.measure.reports import Coverage, FileCoverage


class FileGain(msgspec.Struct, frozen=True):
    """One source file of the base revision, with its line numbers there. `path` is its name there."""

    path: str
    missed: int
    """Executable lines that were missed before."""
    gained: tuple[int, ...]
    """Those of them that are hit after, sorted."""
    lost: tuple[int, ...]
    """Lines that were hit before, are still there and are missed after, sorted."""
    branches_missed: int | None
    """Branches that were not taken before; None if a report does not measure branches."""
    branch_gain: int | None
    """By how many branches more are taken after, on the lines that have as many branches as before."""


class Gain(msgspec.Struct, frozen=True):
    """The covered gain of a patch. Files are sorted by path."""

    files: tuple[FileGain, ...]
    own: tuple[FileLines, ...]
    """The lines that the patch added or changed, of tests and source, by the files' new names."""

    @property
    def gain(self) -> int:
        """Lines gained."""
        return sum(len(file.gained) for file in self.files)

    @property
    def missed(self) -> int:
        """Lines that were missed before: what there was to gain."""
        return sum(file.missed for file in self.files)

    @property
    def lost(self) -> int:
        """Lines lost."""
        return sum(len(file.lost) for file in self.files)

    @property
    def branch_gain(self) -> int | None:
        """Branches gained; None if they were not measured."""
        return _total(file.branch_gain for file in self.files)

    @property
    def branches_missed(self) -> int | None:
        """Branches that were not taken before; None if they were not measured."""
        return _total(file.branches_missed for file in self.files)

    @property
    def own_lines(self) -> int:
        """Executable lines that the patch added or changed."""
        return sum(file.executable_lines for file in self.own)

    @property
    def own_lines_hit(self) -> int:
        """How many of them are hit."""
        return sum(file.covered_lines for file in self.own)


def covered_gain(before: Coverage, after: Coverage, patched: Patched) -> Gain:
    """Compare the coverage of the base revision with that of the patched tree.

    Only executable source lines of the base revision count, and a line that was changed or moved is not one
    of them any more: it stays in `missed` and cannot be gained. A file that `before` does not name was never
    imported: those of its lines that `after` calls executable were all missed. Of a file that neither names
    nothing is known.
    """
    origins = map(patched.origin, after.files)
    paths = {*before.files, *(path for path in origins if path is not None)}
    branches = _measures_branches(before, after)
    files = [
        _file_gain(path, before, after, patched, branches=branches)
        for path in sorted(paths)
        if patched.is_source(path)
    ]
    return Gain(tuple(files), tuple(_own_lines(after, patched)))


def _measures_branches(before: Coverage, after: Coverage) -> bool:
    """Whether both reports measure branches. One that names no file, as where no test is, fits to all."""
    found = [any(file.branches for file in report.files.values()) for report in (before, after)]
    return any(found) and all(
        has or not report.files for has, report in zip(found, (before, after), strict=True)
    )


def _file_gain(path: str, before: Coverage, after: Coverage, patched: Patched, *, branches: bool) -> FileGain:
    name = patched.change(path).after
    claimed = after.files.get(name) if name is not None else None
    now = renumbered(claimed or FileCoverage({}), patched.old_line(path))
    was = renumbered(before.files[path], patched.base_line(path)) if path in before.files else _never_run(now)
    here = patched.new_line(path)
    missed = was.lines.keys() - was.covered
    return FileGain(
        path=path,
        missed=len(missed),
        gained=tuple(sorted(missed & now.covered)),
        lost=tuple(sorted(line for line in was.covered - now.covered if here(line) is not None)),
        branches_missed=sum(there - taken for taken, there in was.branches.values()) if branches else None,
        branch_gain=_branch_gain(was, now) if branches else None,
    )


def _never_run(file: FileCoverage) -> FileCoverage:
    """Return the coverage of a file of which nothing was hit."""
    branches = {line: (0, there) for line, (_, there) in file.branches.items()}
    return FileCoverage(dict.fromkeys(file.lines, 0), branches=branches)


def _branch_gain(was: FileCoverage, now: FileCoverage) -> int:
    """Add up the gain of the lines that have as many branches as before: others cannot be compared."""
    gain = 0
    for line, (taken, there) in was.branches.items():
        taken_now, there_now = now.branches.get(line, (0, 0))
        if there_now == there:
            gain += max(0, taken_now - taken)
    return gain


def _own_lines(after: Coverage, patched: Patched) -> Iterable[FileLines]:
    for path, lines in patched.edited():
        if path in after.files:
            yield file_lines(path, renumbered(after.files[path], partial(_if_added, lines)))


def _if_added(lines: LineMap, line: int) -> int | None:
    return line if lines.is_added(line) else None


def _total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
