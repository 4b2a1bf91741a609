"""JSON Schemas (draft 2020-12), made from the typed models: for editors, and for naming what is wrong."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.spec.models import KINDS
from specrun.spec.models.common import Strict
from specrun.spec.values import LARGEST_COUNT, Count, Text

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.models.common import Spec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: str) -> dict[str, Any]:
    """The published schema of a kind. A kind with types accepts each of them. Raises KeyError."""
    models = KINDS[kind]
    references, definitions = _components(tuple(models.values()))
    head: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"v1/{kind}.schema.json",
        "title": f"specrun {kind}",
    }
    if None in models:
        name = models[None].__name__
        return {**head, **definitions.pop(name), "title": head["title"], "$defs": definitions}
    chosen = {
        "type": "object",
        "properties": {"type": {"enum": sorted(str(name) for name in models)}},
        "required": ["type"],
        "oneOf": list(references),
    }
    return {**head, **chosen, "$defs": definitions}


@cache
def model_schema(model: type[Spec]) -> dict[str, Any]:
    """The schema that data of one model must meet."""
    (reference,), definitions = _components((model,))
    return {"$schema": DIALECT, **reference, "$defs": definitions}


def write(folder: Path) -> list[Path]:
    """Write `<kind>.schema.json` of every kind. Returns the files."""
    from specrun.spec.digest import pretty_json

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind in sorted(KINDS):
        file = folder / f"{kind}.schema.json"
        file.write_bytes(pretty_json(schema(kind)))
        files.append(file)
    return files


def _components(models: tuple[type[Spec], ...]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """References to the models, and the definitions that they stand for."""
    references, definitions = msgspec.json.schema_components(models, schema_hook=_text_schema)
    structs = _structs(Strict)
    for name, definition in definitions.items():
        struct = structs[name]
        if struct.alternatives:
            definition["oneOf"] = [_alternative(group, struct.alternatives) for group in struct.alternatives]
        definition.pop("title", None)
        for each in definition["properties"].values():
            _tidy(each)
    return references, definitions


def _alternative(group: tuple[str, ...], groups: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    """The keys of this group are given, and no key of another; null counts as not given."""
    others = sorted({key for each in groups for key in each} - set(group))
    return {
        "required": list(group),
        "properties": {
            **{key: {"not": {"const": None}} for key in group},
            **{key: {"const": None} for key in others},
        },
    }


def _tidy(definition: dict[str, Any]) -> None:
    """One allowed value is a `const`; no value at all is not a default that an editor should offer."""
    if len(definition.get("enum", ())) == 1:
        definition["const"] = definition.pop("enum")[0]
    if definition.get("default") in (None, {}, [], (), ""):
        definition.pop("default", None)


def _text_schema(kind: type) -> dict[str, Any]:
    """The schema of a kind of text."""
    if not issubclass(kind, Text):
        raise NotImplementedError
    length = {} if kind.longest is None else {"maxLength": kind.longest}
    title = f"{kind.meaning} such as {kind.example}"
    known = {"type": "string", "pattern": kind.pattern, "title": title, **length}
    if issubclass(kind, Count):
        known |= {"type": ["integer", "string"], "minimum": 0, "maximum": LARGEST_COUNT}
    return known


def _structs(base: type[Strict]) -> dict[str, type[Strict]]:
    """All models by name."""
    found: dict[str, type[Strict]] = {}
    for struct in base.__subclasses__():
        found |= {struct.__name__: struct, **_structs(struct)}
    return found
