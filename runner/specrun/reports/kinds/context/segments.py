"""What pruning kept and dropped, and which of the segments decide the answer."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.escape import Markdown
from specrun.reports.kinds.context.ablation import Ablation, Arm, Fixture
from specrun.reports.kinds.context.cell import Cell, is_wrong
from specrun.reports.kinds.context.words import either, verdict
from specrun.reports.table import Row, table
from specrun.reports.wording import NOT_MEASURED, number

COLUMNS = {
    "segments_kept": "Kept",
    "segments_dropped": "Dropped",
    "segments_probed": "Probed",
    "compactions": "Compactions",
}


def segment_table(ablation: Ablation) -> Markdown | None:
    """Write a row for each arm that chooses among segments; None if there is none."""
    rows = list(_rows(ablation))
    titles = [
        "Fixture",
        "Arm",
        *COLUMNS.values(),
        *(f"Decisive for {policy}" for policy in ablation.policies),
    ]
    return table(titles, rows, right=range(2, 2 + len(COLUMNS))) if rows else None


def _rows(ablation: Ablation) -> Iterator[Row]:
    for fixture in ablation.fixtures:
        for arm in fixture.arms:
            if chooses(arm, fixture):
                measured = (either(arm.costs(figure)) for figure in COLUMNS)
                decisive = (_decisive(arm.cells.get(policy)) for policy in ablation.policies)
                yield [fixture.name, arm.name, *measured, *decisive]


def chooses(arm: Arm, fixture: Fixture) -> bool:
    """Whether an arm chose among segments: it was probed, it compacts, or it dropped some and not others.

    Output that is too small to be stored is kept in every arm, and was not chosen.
    """
    always = min((_kept(cell) for other in fixture.arms for cell in other.cells.values()), default=0)
    return any(
        cell.cost("segments_probed")
        or cell.cost("compactions")
        or (cell.cost("segments_dropped") and _kept(cell) > always)
        for cell in arm.cells.values()
    )


def _kept(cell: Cell) -> int | float:
    return cell.cost("segments_kept") or 0


def _decisive(found: Cell | None) -> str:
    if found is None or not found.cost("segments_probed"):
        return NOT_MEASURED
    decisive, curing = found.cost("decisive_segments"), found.cost("curing_segments")
    cures = f"; {number(curing)} would cure it" if curing and any(map(is_wrong, found.counted)) else ""
    return f"{number(decisive)} ({verdict(found)}{cures})"
