"""How many tokens a prompt will have. A guess at first, then what the provider makes of this conversation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from specrun.gateway.budget import whole_prompt
from specrun.measure.tokens import estimate

if TYPE_CHECKING:
    from specrun.gateway.usage import Usage

DEFAULT_OUTPUT = 32_000
"""Tokens that are held for the answer to a request that sets no limit for it."""


class Forecast:
    """Learns from what was counted: its guesses never have fewer tokens a character than any prompt had."""

    def __init__(self) -> None:
        self._rate = 0.0

    def prompt(self, characters: int) -> int:
        """The tokens of a request with so many characters, instructions and tools included."""
        return max(estimate(characters), math.ceil(characters * self._rate))

    def learn(self, characters: int, usage: Usage) -> None:
        """Take note of what a provider has counted."""
        counted = whole_prompt(usage)
        if counted is not None and characters and not usage.estimated:
            self._rate = max(self._rate, counted / characters)
