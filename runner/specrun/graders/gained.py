"""What a patch gained in coverage, as all graders of a trial see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.measure.gain import Gain, covered_gain
from specrun.measure.paths import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.graders.written import Written
    from specrun.measure.patched import Patched
    from specrun.measure.reports import Coverage

Lines = dict[str, frozenset[int]]
"""Lines by path."""


class Gained(msgspec.Struct, frozen=True):
    """The gain in the files that the case is about, and where the gained lines are in the graded tree."""

    gain: Gain
    lines: Lines
    """By path in the graded tree, the lines that are hit now and were missed before; only files with any."""
    fresh: Lines
    """Likewise, the lines of source that the patch itself added or changed, and that are hit."""
    lost: int
    """How many lines of all source were hit before, are still there, and are not hit any more."""


async def gained(graded: Written) -> Gained | None:
    """Compare the coverage with the baseline's; None if the graded tree left no coverage report."""
    return await graded.once("gained", lambda: _gained(graded))


async def _gained(graded: Written) -> Gained | None:
    replay = await graded.measure()
    if replay.coverage is None:
        return None
    patched = (await graded.collect()).patched()
    whole = covered_gain(graded.baseline.coverage, replay.coverage, patched)
    files = tuple(file for file in whole.files if not graded.scope or file.path in graded.scope)
    lines: Lines = {}
    for file in files:
        new_line, after = patched.new_line(file.path), patched.change(file.path).after
        if file.gained and after is not None:
            lines[after] = frozenset(line for old in file.gained if (line := new_line(old)) is not None)
    fresh = dict(_fresh(patched, replay.coverage, Matcher(graded.project.paths)))
    return Gained(msgspec.structs.replace(whole, files=files), lines, fresh, whole.lost)


def _fresh(patched: Patched, coverage: Coverage, matcher: Matcher) -> Iterator[tuple[str, frozenset[int]]]:
    for path, lines in patched.edited():
        file = coverage.files.get(path)
        if file is not None and matcher.kind(path) == "source":
            hit = frozenset(line for line in file.covered if lines.is_added(line))
            if hit:
                yield path, hit
