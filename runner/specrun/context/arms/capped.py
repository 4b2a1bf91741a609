"""`capped`: the first lines, then cut in the middle: what products do that store nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.artifacts.reference import capped_notice
from specrun.context.arms.base import Decided, each_whole
from specrun.context.inline import Part
from specrun.context.stretch import cut, first_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specrun.context.inline import Segment
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class Capped:
    """The arm `capped`."""

    tools = False

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Cut what is too large."""
        del arm
        return each_whole(material, keep_spilled=False)

    def stand_in(self, material: Material, segment: Segment, earlier: Sequence[Segment]) -> Iterator[Part]:
        """What is left of an artifact, and how much was left out."""
        del earlier
        content, spill = segment.source.content, material.fixture.store.spill
        after = capped_notice(spill.lines, content.lines) if content.lines > spill.lines else ""
        text, lines = cut(first_lines(content, spill.lines), spill.chars, after)
        yield Part(text=text, artifact=segment.source.name, lines=lines)
