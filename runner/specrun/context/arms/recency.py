"""`recency`: the newest segments that fit into the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.arms.base import Decided
from specrun.context.arms.pruning import Pruning, cut, tokens
from specrun.context.inline import Decision

if TYPE_CHECKING:
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class Recency(Pruning):
    """The arm `recency`."""

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Keep an unbroken end of the context: older than the first that does not fit, nothing is kept."""
        left = arm.budget or 0
        found = cut(material, arm)
        oldest = len(found)
        for segment in reversed(found):
            left -= tokens(segment)
            if left < 0:
                break
            oldest -= 1
        return Decided(
            decisions=tuple(
                Decision(segment=segment, kept=number >= oldest) for number, segment in enumerate(found)
            )
        )
