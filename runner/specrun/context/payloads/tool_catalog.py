"""`tool_catalog`: definitions of many tools, as an agent's context holds them."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from specrun.context.payloads.base import LARGEST, Generator
from specrun.context.payloads.form import compiled
from specrun.context.payloads.variables import position_faults, template_faults, used_names
from specrun.context.payloads.words import SHORTEST_WORD, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Fault, Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import ToolCatalogPayload

SMALLEST_SCHEMA = 128
"""Bytes of the smallest input schema: one property with a short description."""
LARGEST_SCHEMA = 1024 * 1024
"""Bytes of the largest input schema."""
_PROPERTY = 256
"""Bytes of one property, more or less."""
_DESCRIPTION = 60
"""Characters of what a tool says it does."""
_NUMBERS = ("i", "k")


class ToolCatalog(Generator["ToolCatalogPayload"]):
    """A JSON array with one tool a line. What tools and properties say is noise."""

    def chunks(self, declared: ToolCatalogPayload, source: Source) -> Iterator[bytes]:
        """One piece for each tool."""
        del source
        usual = compiled(declared.name)
        others = {each.i: each for each in declared.replace}
        for i in range(declared.count):
            other = others.get(i)
            name = usual if other is None or other.name is None else compiled(other.name)
            said = None if other is None else other.description
            tool = {
                "name": name.filled(i=i, k=i * declared.servers // declared.count).decode(),
                "description": _noise(f"tool:{i}", _DESCRIPTION) if said is None else said,
                "inputSchema": _schema(i, declared.schema_bytes.bytes),
            }
            yield (b"[\n" if i == 0 else b",\n") + _compact(tool)
        yield b"\n]\n"

    def faults(self, declared: ToolCatalogPayload) -> Iterator[Fault]:
        """Placeholders, positions, sizes, and names that are all the same."""
        found: list[tuple[DataPath, str]] = [(("name",), declared.name)]
        for index, each in enumerate(declared.replace):
            if each.name is not None:
                found.append((("replace", index, "name"), each.name))
            elif each.description is None:
                yield ("replace", index), "it replaces nothing: give 'name' or 'description'"
        yield from template_faults(found, _NUMBERS)
        yield from position_faults((each.i for each in declared.replace), "i", 0, declared.count - 1)
        if declared.count > 1 and "i" not in used_names(declared.name):
            yield ("name",), "all these tools have one name: write '${i}' where their number belongs"
        if declared.servers > declared.count:
            yield ("servers",), f"there are more servers than tools: {declared.servers} and {declared.count}"
        size = declared.schema_bytes.bytes
        if not SMALLEST_SCHEMA <= size <= LARGEST_SCHEMA:
            yield ("schema_bytes",), f"a schema has {SMALLEST_SCHEMA}B to {LARGEST_SCHEMA // 1024**2}MiB"
        elif size * declared.count > LARGEST:
            yield ("schema_bytes",), f"a payload has at most {LARGEST // 1024**3}GiB"


def _schema(i: int, size: int) -> dict[str, Any]:
    """A JSON Schema whose compact JSON has exactly `size` bytes, made of properties with descriptions."""
    count = max(1, size // _PROPERTY)
    fields = [f"field_{number}" for number in range(count)]
    bare = len(_compact(_with_descriptions(dict.fromkeys(fields, ""))))
    share, rest = divmod(size - bare, count)
    return _with_descriptions(
        {name: _noise(f"tool:{i}:{number}", share + (number < rest)) for number, name in enumerate(fields)}
    )


def _with_descriptions(descriptions: dict[str, str]) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text in descriptions.items()}
    return {"type": "object", "properties": properties}


def _noise(seed: str, length: int) -> str:
    """Words of exactly `length` characters in all; the last may be cut."""
    enough = islice(words(seed), length // (SHORTEST_WORD + 1) + 1)
    return b" ".join(enough)[:length].decode()


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
