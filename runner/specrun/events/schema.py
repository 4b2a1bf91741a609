"""The JSON Schema of a line of a log, made from the structs."""

from __future__ import annotations

from typing import Any

import msgspec

from specrun.events.model import SCHEMA, Event


def event_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) that is published as `schemas/v1/event.schema.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "event.schema.json",
        "title": SCHEMA,
        "description": "One event of a trial: one line of its events.jsonl.",
        **msgspec.json.schema(Event),
    }


def event_schema_text() -> str:
    """The schema as its file has it: indented, keys sorted, with a LF at the end."""
    text = msgspec.json.encode(event_schema(), order="sorted")
    return msgspec.json.format(text, indent=2).decode() + "\n"
