"""`full`: everything stands in the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.arms.base import Decided, each_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specrun.context.inline import Part, Segment
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm


class Full:
    """The arm `full`."""

    tools = False

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Keep everything."""
        del arm
        return each_whole(material, keep_spilled=True)

    def stand_in(self, material: Material, segment: Segment, earlier: Sequence[Segment]) -> Iterator[Part]:
        """Nothing stands for what is missing."""
        del material, segment, earlier
        return iter(())
