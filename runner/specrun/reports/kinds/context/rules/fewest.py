"""The right answer that takes the fewest tokens, and fixtures of which nothing is right."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, Fixture
from specrun.reports.kinds.context.cell import Cell
from specrun.reports.kinds.context.cheapest import cheapest
from specrun.reports.kinds.context.rules.basis import counted_cells, stating
from specrun.reports.wording import listing, number, portion


def fewest_tokens(ablation: Ablation) -> Iterator[Finding]:
    """Name the cheapest right answer of each fixture."""
    best = [one for fixture in ablation.fixtures if (one := cheapest(fixture)) is not None]
    if best:
        names = [f"{one.cell.policy} in {one.cell.case.id} ({number(one.tokens)})" for one in best]
        yield stating(
            "fewest-tokens",
            (cell for _, cell in counted_cells(ablation)),
            "The right answer that takes the fewest estimated tokens, with all declared evidence seen, is,"
            " of each fixture that has one:"
            f" {listing(names)}.",
        )


def never_right(ablation: Ablation) -> Iterator[Finding]:
    """Name the fixtures of which no policy is right in any arm."""
    groups = {fixture.name: list(_counted(fixture)) for fixture in ablation.fixtures}
    judged = {name: cells for name, cells in groups.items() if cells}
    none = {name: cells for name, cells in judged.items() if not any(cell.is_right for cell in cells)}
    if none:
        yield stating(
            "never-right",
            (cell for cells in none.values() for cell in cells),
            f"No policy is right in any arm of {portion(len(none), len(judged), 'fixture')}:"
            f" {listing(list(none))}.",
        )


def _counted(fixture: Fixture) -> Iterator[Cell]:
    return (cell for arm in fixture.arms for cell in arm.cells.values() if cell.counted)
