"""The place where a function is broken."""

from __future__ import annotations

import msgspec


class Spot(msgspec.Struct, frozen=True):
    """Text to put at a place in a source text, so that a function fails as soon as it is called."""

    function: str
    line: int
    """Where the function starts, from 1."""
    at: int
    """Index into the text, in characters."""
    insertion: str

    def insert_into(self, text: str) -> str:
        """Return the text with the function broken."""
        return text[: self.at] + self.insertion + text[self.at :]
