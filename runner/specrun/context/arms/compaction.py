"""`compaction`: output comes in one by one, and when it grows over the budget, older output has to go.

First whole segments are pruned, oldest first; where that is enough, nothing is compacted. Otherwise
everything is compacted into references, but not again before enough is new.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from specrun.artifacts.reference import reference
from specrun.context.arms.base import Decided
from specrun.context.arms.pruning import Pruning, cut, tokens
from specrun.context.inline import Decision
from specrun.measure.tokens import estimate

if TYPE_CHECKING:
    from specrun.context.inline import Segment
    from specrun.context.material import Material
    from specrun.context.trace import Skip
    from specrun.spec.models.context_fixture import Arm


class _Turn(msgspec.Struct):
    """The context while output comes in."""

    budget: int
    hysteresis: int
    kept: deque[Segment]
    skips: list[Skip]
    referred: set[str]
    """The artifacts that a reference stands for: one for all dropped segments of each."""
    total: int = 0
    """Tokens of what is kept and of the references."""
    compactions: int = 0
    new: int = 0
    """Tokens since the last compaction."""

    def drop(self) -> None:
        """Leave a reference where the oldest segment was."""
        gone = self.kept.popleft()
        self.total -= tokens(gone)
        if gone.source.name not in self.referred:
            self.referred.add(gone.source.name)
            self.total += estimate(len(reference(gone.source.content.artifact)))

    def add(self, segment: Segment) -> None:
        """A tool gave something; make room if there is too much."""
        self.kept.append(segment)
        self.new += tokens(segment)
        self.total += tokens(segment)
        if self.total <= self.budget:
            return
        while self.total > self.budget and len(self.kept) > 1:
            self.drop()
        if self.total <= self.budget:
            self.skips.append("prune_sufficient")
        elif self.compactions and self.new < self.hysteresis:
            self.skips.append("hysteresis")
        else:
            self.drop()
            self.compactions += 1
            self.new = 0


class Compaction(Pruning):
    """The arm `compaction`."""

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Let all output come in; keep what is there in the end."""
        turn = _Turn(
            budget=arm.budget or 0,
            hysteresis=arm.hysteresis or 0,
            kept=deque(),
            skips=[],
            referred=set(),
        )
        found = cut(material, arm)
        for segment in found:
            turn.add(segment)
        kept = {segment.id for segment in turn.kept}
        return Decided(
            decisions=tuple(Decision(segment=segment, kept=segment.id in kept) for segment in found),
            compactions=turn.compactions,
            skips=tuple(turn.skips),
        )
