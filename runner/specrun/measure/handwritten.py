"""Which source is changed to try the tests: what people wrote, not what a machine put out."""

from __future__ import annotations

SOURCE_LIMIT = 1024 * 1024
"""Longest source text, in characters."""

WIDTH_LIMIT = 2_000
"""Longest line of such a text, in characters: a longer one is written by a machine."""


def written_by_hand(text: str) -> bool:
    """Whether a text is small enough, and so are its lines."""
    return len(text) <= SOURCE_LIMIT and max(map(len, text.split("\n"))) <= WIDTH_LIMIT
