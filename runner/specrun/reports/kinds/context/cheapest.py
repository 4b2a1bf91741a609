"""The right answer with the fewest tokens, for each fixture."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from specrun.reports.escape import Markdown
from specrun.reports.kinds.context.ablation import Ablation, Fixture
from specrun.reports.kinds.context.cell import Cell, total
from specrun.reports.kinds.context.words import share
from specrun.reports.table import Row, table
from specrun.reports.wording import NOT_MEASURED, number
from specrun.results.model import Number


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """A right answer than which no other of the fixture takes fewer tokens; the first in plan order."""

    arm: str
    cell: Cell
    tokens: int | float


def cheapest(fixture: Fixture) -> Best | None:
    """Return the cheapest cell of a fixture that is right; None if none is, or none was measured.

    Who guesses without the declared evidence knows nothing, and is not the cheapest.
    """
    right = (
        Best(arm=arm.name, cell=found, tokens=tokens)
        for arm in fixture.arms
        for found in arm.cells.values()
        if found.is_proven and (tokens := total(found)) is not None
    )
    return min(right, key=lambda best: best.tokens, default=None)


def cheapest_table(ablation: Ablation) -> Markdown:
    """Write a row for each fixture."""
    titles = ["Fixture", "Arm", "Policy", "In all (est. tokens ↓)", "of the baseline's ↓"]
    return table(titles, _rows(ablation), right=(3, 4))


def _rows(ablation: Ablation) -> Iterator[Row]:
    for fixture in ablation.fixtures:
        best = cheapest(fixture)
        if best is None:
            yield [fixture.name, "none", *[NOT_MEASURED] * 3]
            continue
        there = ablation.pair(best.cell)
        yield [
            fixture.name,
            best.arm,
            best.cell.policy,
            number(best.tokens),
            share(_share(best.tokens, None if there is None else total(there))),
        ]


def _share(part: float, whole: Number) -> float | None:
    return part / whole if whole else None
