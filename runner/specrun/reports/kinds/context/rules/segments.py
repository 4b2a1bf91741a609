"""Answers that turn on single segments which pruning kept or dropped."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation
from specrun.reports.kinds.context.cell import Cell
from specrun.reports.kinds.context.rules.basis import stating
from specrun.reports.kinds.context.words import told
from specrun.reports.wording import count, number


def decisive_segments(ablation: Ablation) -> Iterator[Finding]:
    """Say for each arm and policy how many wrong answers a single segment would have turned right."""
    for arm in ablation.arms:
        probed = {
            policy: [cell for _, cell in ablation.cells(arm, policy) if cell.cost("segments_probed")]
            for policy in ablation.policies
        }
        clauses = [(policy, _clause(cells)) for policy, cells in probed.items() if cells]
        if clauses:
            yield stating(
                "decisive-segments",
                (cell for cells in probed.values() for cell in cells),
                f"Shadow replay in the arm {arm}: {told(clauses)}.",
            )


def _clause(cells: list[Cell]) -> str:
    wrong = [cell for cell in cells if not cell.is_right]
    turned = [cell for cell in wrong if cell.cost("decisive_segments")]
    segments = sum(cell.cost("segments_probed") or 0 for cell in cells)
    decisive = sum(cell.cost("decisive_segments") or 0 for cell in cells)
    text = (
        f"wrong in {len(wrong)} of {len(cells)}, and {number(decisive)} of"
        f" {count(int(segments), 'probed segment')} {'decides' if decisive == 1 else 'decide'} the answer"
    )
    if not wrong:
        return text
    return f"{text}: {len(turned)} of {len(wrong)} wrong would be right with one segment the other way round"
