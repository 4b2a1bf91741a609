"""What findings of a context benchmark stand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specrun.reports.findings.base import Finding, found
from specrun.reports.kinds.context.ablation import Ablation, Pair
from specrun.reports.kinds.context.cell import Cell


def stating(rule: str, cells: Iterable[Cell], text: str) -> Finding:
    """Make a finding that stands on the counted trials of some cells."""
    return found(rule, (trial for cell in cells for trial in cell.counted), text)


def both(pairs: Iterable[Pair]) -> Iterator[Cell]:
    """Give the cells of pairs: here, then there."""
    for pair in pairs:
        yield pair.here
        yield pair.there


def counted_cells(ablation: Ablation) -> Iterator[tuple[str, Cell]]:
    """Give every cell in which something counts, with the name of its arm, in plan order."""
    for arm in ablation.by_case.values():
        for cell in arm.cells.values():
            if cell.counted:
                yield arm.name, cell
