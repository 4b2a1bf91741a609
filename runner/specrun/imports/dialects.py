"""Which kind of file of roder-evals a JSON value is. The files do not say it, so their keys have to tell."""

from __future__ import annotations

from typing import Any

from specrun.imports.file_backed import OWN_KEYS

FILE_BACKED = "file-backed fixture"
"""The dialect that can be imported."""

_TOOL_SEARCH_KEYS = frozenset({"provider", "model", "catalog", "search"})


def dialect(data: Any) -> str | None:
    """The name of the dialect; None for what is no fixture of any."""
    if not isinstance(data, dict):
        return None
    expected = data.get("expected")
    if isinstance(expected, dict):
        searches = "outcome" in expected or bool(_TOOL_SEARCH_KEYS & data.keys())
        return "tool-search fixture" if searches else "canonical turn fixture"
    if isinstance(data.get("fixtures"), list):
        return "edit-tools fixture"
    if isinstance(data.get("expectations"), list):
        return "baseline of the gate"
    if isinstance(data.get("tools"), list) or isinstance(data.get("items"), list):
        return "tool catalog"
    # Whoever has an id and a prompt meant a fixture, even where the keys that tell are misspelt.
    return FILE_BACKED if OWN_KEYS & data.keys() or {"id", "prompt"} <= data.keys() else None
