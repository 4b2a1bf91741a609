"""Go's cover profiles (https://pkg.go.dev/golang.org/x/tools/cover)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specrun.measure.coverage.tally import FileTally, Tally
from specrun.measure.raw import shorten, text_lines
from specrun.measure.reports import ReportError

MODULE_DEPTH = 8
"""Most leading parts of an import path that may belong to the module and not to the folder in it."""

_MODE = re.compile(r"mode: (set|count|atomic)")
_BLOCK = re.compile(
    r"(.+):([0-9]{1,9})\.[0-9]{1,9},([0-9]{1,9})\.[0-9]{1,9} ([0-9]{1,9}) ([0-9]{1,18})", re.ASCII
)


def read_go_cover(data: bytes, tally: Tally) -> None:
    """Read a cover profile: a block's count goes to each of its lines. Raises ReportError.

    A file is named by its import path, `example.com/module/folder/file.go`, and the profile does not say
    where the module's name ends: the files of the project decide.
    """
    lines = text_lines(data)
    if not _MODE.fullmatch(next(lines).strip()):
        raise ReportError("it does not begin with a mode line: it is no Go cover profile")
    files: dict[str, FileTally] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip() or _MODE.fullmatch(line.strip()):
            continue  # profiles are often put together with cat
        block = _BLOCK.fullmatch(line.strip())
        if block is None:
            raise ReportError(f"line {number}: expected a block, got {shorten(line)}")
        path, start, end, statements, hits = block.groups()
        if path not in files:
            files[path] = tally.file(*_places(path))
        if int(statements):
            for covered in range(int(start), int(end) + 1):
                files[path].hit(covered, int(hits))


def _places(path: str) -> Iterator[str]:
    """Name the paths that an import path may stand for, the longest first."""
    yield path
    for _ in range(MODULE_DEPTH):
        _, slash, path = path.partition("/")
        if not slash:
            return
        yield path
