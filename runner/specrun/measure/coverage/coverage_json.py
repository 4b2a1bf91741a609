"""The JSON report of coverage.py (https://coverage.readthedocs.io, `coverage json`)."""

from __future__ import annotations

import msgspec

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import JSON_ERRORS, json_error


class _Region(msgspec.Struct):
    executed_lines: list[int]
    missing_lines: list[int]
    start_line: int | None = None


class _File(_Region):
    functions: dict[str, _Region] = {}
    executed_branches: list[tuple[int, int]] = []
    missing_branches: list[tuple[int, int]] = []


class _Report(msgspec.Struct):
    files: dict[str, _File]


def read_coverage_json(data: bytes, tally: Tally) -> None:
    """Read `coverage json`. Excluded lines are not executable. Raises ReportError.

    The report says which lines were hit and not how often: a hit counts as 1. A branch is a pair of lines,
    from and to; one that leaves the function goes to a negative number.
    """
    try:
        report = msgspec.json.decode(data, type=_Report)
    except JSON_ERRORS as error:
        raise json_error(error) from error
    for path, entry in report.files.items():
        _read_file(entry, tally.file(path))


def _read_file(entry: _File, file: FileTally) -> None:
    for line in entry.missing_lines:
        file.hit(line, 0)
    for line in entry.executed_lines:
        file.hit(line, 1)
    for line, target in entry.missing_branches:
        file.branch(line, target, taken=False)
    for line, target in entry.executed_branches:
        file.branch(line, target, taken=True)
    for name, region in entry.functions.items():
        lines = region.executed_lines + region.missing_lines
        # The region without a name is the code outside all functions.
        if name and lines:
            start = min(lines) if region.start_line is None else region.start_line
            file.function(name, start, max(lines), int(bool(region.executed_lines)))
