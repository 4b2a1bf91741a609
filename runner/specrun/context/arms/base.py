"""What an arm is: a rule that keeps or drops segments, and what stands for those that it drops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from specrun.context.inline import Decision, Inline, Part
from specrun.context.segments import part_of, whole
from specrun.context.trace import Skip

if TYPE_CHECKING:
    from specrun.context.inline import Segment
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Every segment, kept or dropped, in the order of the context."""

    decisions: tuple[Decision, ...]
    compactions: int = 0
    skips: tuple[Skip, ...] = ()


class Strategy(Protocol):
    """One way to put output before a model: the value of `context` of an arm."""

    tools: bool
    """Whether what is dropped can be had by the artifact tools."""

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Keep or drop every segment. Raises ValueError where it cannot work on such output."""

    def stand_in(self, material: Material, segment: Segment, earlier: Sequence[Segment]) -> Iterator[Part]:
        """What stands in the place of a dropped segment; `earlier` ones were dropped before it."""


def compose(strategy: Strategy, material: Material, decided: Decided, known: dict[str, Part]) -> Inline:
    """Put the context together as it was decided.

    `known` are segments as they stand in the prompt, by their id; those that are new here are added to it.
    """
    parts: list[Part] = []
    dropped: list[Segment] = []
    for decision in decided.decisions:
        if decision.kept:
            segment = decision.segment
            if segment.id not in known:
                known[segment.id] = part_of(segment)
            parts.append(known[segment.id])
        else:
            parts += strategy.stand_in(material, decision.segment, dropped)
            dropped.append(decision.segment)
    foreign = any(not source.own for source in material.sources)
    return Inline(
        parts=tuple(parts),
        tools=strategy.tools and (bool(dropped) or foreign),
        decisions=decided.decisions,
        compactions=decided.compactions,
        skips=decided.skips,
    )


def each_whole(material: Material, *, keep_spilled: bool) -> Decided:
    """Every artifact as one segment; those that are too large for the prompt are kept only if asked for."""
    return Decided(
        decisions=tuple(
            Decision(segment=whole(source), kept=keep_spilled or not source.spilled)
            for source in material.inlined
        )
    )
