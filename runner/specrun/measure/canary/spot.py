"""The place where a function is broken, and the statement that breaks it."""

from __future__ import annotations

import msgspec


class Spot(msgspec.Struct, frozen=True):
    """A place in a source text where a statement makes a function fail as soon as it is called."""

    function: str
    line: int
    """Where the function starts, from 1."""
    at: int
    """Index into the text, in characters."""
    statement: str
    """With `{condition}` for what decides whether it fails, and `{number}` for what it then says."""

    def insert_into(self, text: str, condition: str, number: int) -> str:
        """Return the text with the statement in the function."""
        statement = self.statement.format(condition=condition, number=number)
        return text[: self.at] + statement + text[self.at :]
