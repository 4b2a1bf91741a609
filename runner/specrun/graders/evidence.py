"""Evidence for people: whatever an agent puts into it, it stays short enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SENTENCE_LIMIT = 300
"""Longest sentence, in characters."""

SENTENCES_LIMIT = 20
"""Most sentences of one score."""

NAMES_LIMIT = 5
"""Most names in one list."""


def listed(names: Collection[str]) -> str:
    """The first names in sorted order, and how many more there are."""
    first = ", ".join(sorted(names)[:NAMES_LIMIT])
    return first if len(names) <= NAMES_LIMIT else f"{first} and {len(names) - NAMES_LIMIT} more"


def brief(sentences: Iterable[str]) -> tuple[str, ...]:
    """The first sentences, each cut where it is too long; the last says how many were left out."""
    cut = tuple(
        text if len(text) <= SENTENCE_LIMIT else text[: SENTENCE_LIMIT - 3] + "..." for text in sentences
    )
    if len(cut) <= SENTENCES_LIMIT:
        return cut
    kept = cut[: SENTENCES_LIMIT - 1]
    return (*kept, f"and {len(cut) - len(kept)} more")
