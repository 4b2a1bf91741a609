"""The JSON Schema of a line of a cassette, made from the structs."""

from __future__ import annotations

from typing import Any

import msgspec

from specrun.gateway.cassettes.model import FORMAT, Line


def cassette_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) that is published as `schemas/v1/cassette.schema.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "cassette.schema.json",
        "title": FORMAT,
        "description": "One line of a cassette.jsonl: the header, then exchanges and notes.",
        **msgspec.json.schema(Line),
    }
