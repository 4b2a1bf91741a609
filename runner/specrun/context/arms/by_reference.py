"""`reference` and `reference+excerpt`: what is too large is stored, and the prompt says where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.artifacts.reference import header, reference
from specrun.context.arms.base import Decided, each_whole
from specrun.context.arms.pruning import refer
from specrun.context.inline import Part
from specrun.context.stretch import cut, first_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specrun.context.inline import Segment
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class Reference:
    """The arm `reference`."""

    tools = True

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Store what is too large."""
        del arm
        return each_whole(material, keep_spilled=False)

    def stand_in(self, material: Material, segment: Segment, earlier: Sequence[Segment]) -> Iterator[Part]:
        """A reference; before the first one, a sentence says what it is."""
        del material
        yield refer(segment, first=not earlier)


class ReferenceWithExcerpt(Reference):
    """The arm `reference+excerpt`."""

    def stand_in(self, material: Material, segment: Segment, earlier: Sequence[Segment]) -> Iterator[Part]:
        """A header, a reference, and the beginning and the end of it."""
        del earlier
        content = segment.source.content
        everything = first_lines(content, content.lines)
        text, lines = cut(everything, material.fixture.store.excerpt_chars)
        above = f"{header(content.artifact)}\n{reference(content.artifact)}\n\n"
        yield Part(text=above + text, artifact=segment.source.name, lines=lines)
