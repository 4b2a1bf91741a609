"""Ids that scripted and replayed answers carry: made of a seed, so that they are the same every time."""

from __future__ import annotations

from specrun.events.ids import derive_id


def made(prefix: str, seed: str, number: int) -> str:
    """The id of a reply (number 0), or of its item with this number, counted from 1."""
    return prefix + derive_id(f"wire/{seed}", number).replace("-", "")
