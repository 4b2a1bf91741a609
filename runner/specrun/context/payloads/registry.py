"""Generators by their key in a payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.context.payloads.concat import Concat
from specrun.context.payloads.file import File
from specrun.context.payloads.hexadecimal import Hexadecimal
from specrun.context.payloads.lines import Lines
from specrun.context.payloads.literal import Literal
from specrun.context.payloads.noise import Noise
from specrun.context.payloads.records import Records
from specrun.context.payloads.repeat import Repeat
from specrun.context.payloads.tool_catalog import ToolCatalog
from specrun.context.payloads.tree import Tree

if TYPE_CHECKING:
    from specrun.context.payloads.base import Generator
    from specrun.spec.models.payload import Payload

GENERATORS: dict[str, Generator[Any]] = {
    "literal": Literal(),
    "lines": Lines(),
    "records": Records(),
    "concat": Concat(),
    "repeat": Repeat(),
    "noise": Noise(),
    "hex": Hexadecimal(),
    "file": File(),
    "tree": Tree(),
    "tool_catalog": ToolCatalog(),
}


def generator_of(payload: Payload) -> tuple[str, Generator[Any], Any]:
    """The key of a payload that is given, its generator, and what is declared there."""
    key = next(key for key in GENERATORS if getattr(payload, key) is not None)
    return key, GENERATORS[key], getattr(payload, key)
