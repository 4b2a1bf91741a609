"""What an agent's home is filled with must fit into it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specrun.spec.problems import quoted
from specrun.spec.rules.base import items_at, path_at, text_at
from specrun.spec.rules.overlaps import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken

_PROMPT = re.compile(r"\$\{home\}/+(\./+)*prompt-[^/]*\.md(/.*)?")


def colliding_places(data: dict[str, Any]) -> Iterator[Broken]:
    """Files and caches of the same path, or inside each other, or where the prompt goes."""
    places: Places[str] = Places()
    names: dict[str, int] = {}
    for key in ("files", "caches"):
        for number, item in enumerate(items_at(data, key)):
            path = path_at(item, "path")
            if path is not None:
                message = _collision(places, path, f"{key}[{number}]")
                if message:
                    yield (key, number, "path"), message
    for number, cache in enumerate(items_at(data, "caches")):
        name = text_at(cache, "name")
        if name is not None and names.setdefault(name, number) != number:
            yield ("caches", number, "name"), f"caches[{names[name]}] has the name {quoted(name)} too"


def _collision(places: Places[str], path: str, owner: str) -> str | None:
    if _PROMPT.fullmatch(path):
        return f"{quoted(path)} is where specrun puts the prompt of a stage: choose another name"
    found = places.add(path, owner)
    if found is None:
        return None
    how, other, whose = found
    return f"{quoted(path)} {how} {quoted(other)} of {whose}"
