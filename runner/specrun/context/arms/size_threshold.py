"""`size-threshold`: segments up to a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.arms.base import Decided
from specrun.context.arms.pruning import Pruning, cut, tokens
from specrun.context.inline import Decision

if TYPE_CHECKING:
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class SizeThreshold(Pruning):
    """The arm `size-threshold`."""

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Keep every segment of at most `largest` tokens."""
        largest = arm.largest or 0
        return Decided(
            decisions=tuple(
                Decision(segment=segment, kept=tokens(segment) <= largest) for segment in cut(material, arm)
            )
        )
