"""What a terminal shows of a context benchmark: each arm with each policy."""

from __future__ import annotations

from specrun.reports.kinds.base import Grid
from specrun.reports.kinds.context.ablation import Ablation, ablation, summed
from specrun.reports.kinds.context.cell import total
from specrun.reports.wording import NOT_MEASURED, number
from specrun.results.model import Results


def grid(results: Results) -> Grid:
    """Give a row for each arm: how often each policy is right there, and its estimated tokens in all."""
    arms = ablation(results)
    return Grid(
        titles=("arm: right, est. tokens", *arms.policies),
        rows=[[arm, *(_entry(arms, arm, policy) for policy in arms.policies)] for arm in arms.arms],
    )


def _entry(arms: Ablation, arm: str, policy: str) -> str:
    cells = [found for _, found in arms.cells(arm, policy)]
    if not cells:
        return NOT_MEASURED
    tokens, _ = summed(cells, total)
    return f"{sum(found.is_right for found in cells)}/{len(cells)}, {number(tokens)}"
