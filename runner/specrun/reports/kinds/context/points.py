"""The points of the chart: how often a policy is right in an arm, and what that takes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from specrun.reports.kinds.context.ablation import Ablation, summed
from specrun.reports.kinds.context.cell import total, whole


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in an arm, over the fixtures in which it counts and was measured."""

    arm: str
    policy: str
    right: int
    fixtures: int
    tokens: int | float
    """Mean over these fixtures; at least 1."""


def points(ablation: Ablation) -> Iterator[Point]:
    """Give a point for each arm and policy of which something was measured."""
    for arm in ablation.arms:
        for policy in ablation.policies:
            cells = [cell for _, cell in ablation.cells(arm, policy) if total(cell) is not None]
            tokens, measured = summed(cells, total)
            if tokens is not None:
                yield Point(
                    arm=arm,
                    policy=policy,
                    right=sum(cell.is_right for cell in cells),
                    fixtures=measured,
                    tokens=max(1, whole(tokens / measured)),
                )
