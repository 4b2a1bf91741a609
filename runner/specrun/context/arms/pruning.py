"""What pruning arms share: segments, a budget, and references to the artifacts of what is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.artifacts.reference import notice, reference
from specrun.context.inline import Part
from specrun.context.segments import segments, text_of
from specrun.measure.tokens import estimate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from specrun.context.inline import Segment
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class Pruning:
    """Drops segments; the artifacts that they are of can be read by the tools."""

    tools = True

    def stand_in(self, material: Material, segment: Segment, earlier: Sequence[Segment]) -> Iterator[Part]:
        """Refer to the artifact, once for all its dropped segments."""
        del material
        name = segment.source.name
        if any(other.source.name == name for other in earlier):
            return
        yield refer(segment, first=not earlier)


def refer(segment: Segment, *, first: bool) -> Part:
    """A reference to the artifact of a segment; before the first one a sentence says what it is."""
    text = reference(segment.source.content.artifact)
    return Part(text=f"{notice()}\n{text}" if first else text, artifact=segment.source.name)


def cut(material: Material, arm: Arm) -> list[Segment]:
    """The segments that an arm chooses from."""
    return list(segments(material.inlined, arm.segment_lines))


def tokens(segment: Segment) -> int:
    """The tokens of a segment, estimated."""
    if segment.is_whole:
        return estimate(segment.source.characters)
    return estimate(len(text_of(segment)))


def within(budget: int, ranked: Iterable[Segment]) -> set[str]:
    """The ids of the segments that fit, best first. After one that does not, smaller ones may."""
    kept = set()
    for segment in ranked:
        size = tokens(segment)
        if size <= budget:
            kept.add(segment.id)
            budget -= size
    return kept
