"""What grep finds: at most one hit for each line."""

from __future__ import annotations

from typing import NamedTuple


class Hit(NamedTuple):
    """The first place in a line that matches."""

    line: int
    column: int
    """Its first character, counted from 1."""


class Found(NamedTuple):
    """The result of a search."""

    hits: list[Hit]
    """Those that were wanted, in order."""
    total: int
    """Lines that match, shown or not."""
    half_searched: tuple[int, ...] = ()
    """Lines that were too long to be searched to their end."""
