"""Tokens of a model call, with one meaning for all protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.measure.tokens import estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = (
    "input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_long_tokens",
    "output_tokens",
    "reasoning_tokens",
)
"""The counts of a usage, by name."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of one call or of several. None is a count that the provider did not give, never 0.

    A whole prompt is `input_tokens` + `cache_read_tokens` + `cache_write_tokens`: no token is in two of
    them. Where a provider counts prompts as a whole and does not say what was cached, all are input.
    """

    input_tokens: int | None = None
    """Of the prompt, neither read from a cache nor written to one."""
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_long_tokens: int | None = None
    """Those of `cache_write_tokens` that the provider keeps for longer than usual, at a higher price."""
    output_tokens: int | None = None
    """All that the model wrote, reasoning included."""
    reasoning_tokens: int | None = None
    """Those of `output_tokens` that were reasoning."""
    estimated: bool = False
    """Whether the counts are estimates and not the provider's."""

    def __add__(self, other: Usage) -> Usage:
        """Both together. What is unknown in one is unknown in the sum; the whole prompt stays what it is.

        Where one does not say what was cached, the other's cached tokens are input like its own.
        Raises ValueError for an estimate and a measurement: such a sum would be neither.
        """
        if self.estimated != other.estimated:
            raise ValueError("estimated tokens are never added to measured ones")
        counts = {name: _sum(getattr(self, name), getattr(other, name)) for name in KINDS}
        if counts["input_tokens"] is not None:
            for name in ("cache_read_tokens", "cache_write_tokens"):
                if counts[name] is None:
                    counts["input_tokens"] += (getattr(self, name) or 0) + (getattr(other, name) or 0)
        return Usage(**counts, estimated=self.estimated)

    @property
    def prompt_tokens(self) -> int | None:
        """The whole prompt. None if a part of it is unknown."""
        return _sum(_sum(self.input_tokens, self.cache_read_tokens), self.cache_write_tokens)


class Totals(msgspec.Struct, frozen=True):
    """Sums that are kept apart. None: there was no such usage."""

    measured: Usage | None = None
    estimated: Usage | None = None


def totals(usages: Iterable[Usage]) -> Totals:
    """Add up what was measured, and what was estimated."""
    measured: Usage | None = None
    guessed: Usage | None = None
    for usage in usages:
        if usage.estimated:
            guessed = usage if guessed is None else guessed + usage
        else:
            measured = usage if measured is None else measured + usage
    return Totals(measured, guessed)


def estimated(asked: int, answered: int) -> Usage:
    """An estimate, from the characters of a request and of its answer. It assumes that nothing was cached."""
    return Usage(
        input_tokens=estimate(asked),
        cache_read_tokens=0,
        cache_write_tokens=0,
        cache_write_long_tokens=0,
        output_tokens=estimate(answered),
        estimated=True,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
