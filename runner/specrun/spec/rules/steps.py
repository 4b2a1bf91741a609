"""A scripted agent can write what it says it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec.problems import quoted
from specrun.spec.rules.base import items_at, path_at
from specrun.spec.rules.overlaps import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken


def blocked_writes(data: dict[str, Any]) -> Iterator[Broken]:
    """A file inside of a file, or in the place of a folder. Any other step may have made room."""
    places: Places[int] = Places()
    for number, step in enumerate(items_at(data, "steps")):
        path = path_at(step, "write")
        if path is None:
            places = Places()
        elif path not in places:  # writing a file again is fine
            found = places.add(path, number)
            if found is not None:
                how, other, whose = found
                yield ("steps", number, "write"), f"{quoted(path)} {how} {quoted(other)} of steps[{whose}]"
