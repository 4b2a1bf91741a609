"""A command starts with the name of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec.rules.base import items_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.document import DataPath
    from specrun.spec.rules.base import Broken


def nameless_programs(data: dict[str, Any]) -> Iterator[Broken]:
    """Commands whose first word is empty: no program has that name."""
    places: list[tuple[str, ...]] = [("run", "command"), ("install", "verify", "run")]
    found: list[tuple[DataPath, list[Any]]] = [(place, items_at(data, *place)) for place in places]
    for number, check in enumerate(items_at(data, "tools", "commands")):
        found.append((("tools", "commands", number, "run"), items_at(check, "run")))
    for place, words in found:
        if words and isinstance(words[0], str) and not words[0].strip():
            yield (*place, 0), "the first word of a command is its program, and must not be empty"
