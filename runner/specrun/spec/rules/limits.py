"""Limits that can never be the first that is passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.spec.rules.base import text_at
from specrun.spec.values import Duration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from specrun.spec.rules.base import Broken


def idle_past_wall(data: dict[str, Any]) -> Iterator[Broken]:
    """A time without output that is longer than all the time there is."""
    for stage in ("agent", "grade"):
        idle, wall = (text_at(data, "limits", stage, key) for key in ("idle", "wall"))
        if idle is None or wall is None or not (Duration.accepts(idle) and Duration.accepts(wall)):
            continue
        if Duration(idle).seconds > Duration(wall).seconds:
            message = f"'idle' is longer than 'wall', which is {wall}: it would have no effect"
            yield ("limits", stage, "idle"), message
