"""The place where a function is broken, and the statement that breaks it."""

from __future__ import annotations

import msgspec


class Spot(msgspec.Struct, frozen=True):
    """A place in a source text where a line of its own can make a function go wrong when it is called."""

    function: str
    line: int
    """Where the function starts, from 1."""
    at: int
    """Index into the text, in characters."""
    statement: str
    """With `{condition}` for what decides whether it acts, and `{action}` for what it then does."""
    stop: str
    """A statement that ends the function at once, whatever is the case."""
    inserted: int
    """The number that the new line gets; the lines from here on move down by one."""

    def insert_into(self, text: str, condition: str, action: str) -> str:
        """Return the text with the statement in the function."""
        return self._with(text, self.statement.format(condition=condition, action=action))

    def stopped(self, text: str) -> str:
        """Return the text with a function that ends where it starts."""
        return self._with(text, self.stop)

    def _with(self, text: str, statement: str) -> str:
        return text[: self.at] + statement + text[self.at :]
