"""Answers that turn on single segments which pruning kept or dropped."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation
from specrun.reports.kinds.context.cell import COST, Cell, is_stopped, is_wrong
from specrun.reports.kinds.context.rules.basis import stating
from specrun.reports.kinds.context.words import told
from specrun.reports.selection import value
from specrun.reports.wording import count, number
from specrun.results.model import Trial


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
    trials = [trial for cell in cells for trial in cell.counted]
    wrong = [trial for trial in trials if is_wrong(trial)]
    stopped = sum(map(is_stopped, trials))
    segments, decisive = (_sum(trials, figure) for figure in ("segments_probed", "decisive_segments"))
    text = (
        f"wrong in {len(wrong)} of {len(trials)}{f', stopped in {stopped}' if stopped else ''}, and"
        f" {number(decisive)} of {count(segments, 'probed segment')}"
        f" {'decides' if decisive == 1 else 'decide'} the answer"
    )
    known = [curing for trial in wrong if (curing := value(trial, COST, "curing_segments")) is not None]
    if not known:
        return text
    cured = sum(curing > 0 for curing in known)
    return f"{text}: {cured} of {len(known)} wrong would be right with one segment the other way round"


def _sum(trials: list[Trial], figure: str) -> int:
    return sum(int(value(trial, COST, figure) or 0) for trial in trials)
