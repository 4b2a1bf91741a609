"""Limits on what models may use. Tokens are held before a request is sent, and settled when it is over.

A limit holds as long as a provider counts no more than was held: the whole of what the request allows the
model to write, and a forecast of its prompt. Where the provider counts more, the excess is in the books and
nothing more is sent.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from specrun.gateway.prices import Price
    from specrun.gateway.usage import Usage

Amounts = dict[str, Decimal]
"""By the name of a limit."""

_PROMPT_KINDS = ("input_tokens", "cache_read_tokens", "cache_write_tokens")
_OUTPUT_KINDS = ("output_tokens", "reasoning_tokens")


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that may be used. None: without a limit."""

    requests: int | None = None
    """Those that were sent; failed ones count."""
    tokens: int | None = None
    """Prompts and answers together, cached or not."""
    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: Decimal | None = None
    """In the currency of the prices. A model without a price cannot be used under it."""

    def __post_init__(self) -> None:
        for name, limit in self.given().items():
            if not (limit.is_finite() and limit >= 0):
                raise ValueError(f"{name} is no limit: {limit}")

    def given(self) -> Amounts:
        """The limits that there are."""
        values = msgspec.structs.asdict(self)
        return {name: Decimal(value) for name, value in values.items() if value is not None}


class BudgetError(Exception):
    """A request that could pass a limit of a purse. The message is one line that names the limit."""

    def __init__(self, purse: str, message: str) -> None:
        super().__init__(message)
        self.purse = purse


class Purse:
    """What was used of some limits, and what is held for requests under way."""

    def __init__(self, limits: Limits, name: str) -> None:
        self.name = name
        self.limits = limits.given()
        self.used = dict.fromkeys(self.limits, Decimal())
        self.held = dict.fromkeys(self.limits, Decimal())
        self._settled = asyncio.Event()

    def check(self, wanted: Amounts) -> None:
        """Raises BudgetError if `wanted` does not fit, even when nothing was held for others."""
        for name, limit in self.limits.items():
            if wanted[name].is_infinite():
                raise BudgetError(
                    self.name, f"budget of the {self.name}: the model has no price, so no {name} is known"
                )
            if self.used[name] + wanted[name] > limit:
                raise BudgetError(
                    self.name,
                    f"budget of the {self.name} spent: {name.replace('_', ' ')} used {self.used[name]:f} "
                    f"of {limit:f}, and this request could use {wanted[name]:f} more",
                )

    def has_room(self, wanted: Amounts) -> bool:
        """Whether `wanted` fits beside all that is held."""
        return all(
            self.used[name] + self.held[name] + wanted[name] <= limit for name, limit in self.limits.items()
        )

    def hold(self, wanted: Amounts) -> None:
        """Keep it for a request."""
        for name in self.limits:
            self.held[name] += wanted[name]

    def settle(self, held: Amounts, used: Amounts) -> None:
        """Give back what was held, and book what was used. Those who wait for room may look again."""
        for name in self.limits:
            self.held[name] -= held[name]
            self.used[name] += used[name]
        settled, self._settled = self._settled, asyncio.Event()
        settled.set()

    async def settlement(self) -> None:
        """Wait until some request is over."""
        await self._settled.wait()


async def hold(purses: Sequence[Purse], wanted: Amounts) -> None:
    """Hold the same in all purses, or in none: waits while others hold too much of what is left.

    Raises BudgetError if it could pass a limit however little the others use.
    """
    while True:
        for purse in purses:
            purse.check(wanted)
        full = next((purse for purse in purses if not purse.has_room(wanted)), None)
        if full is None:
            break
        await full.settlement()
    for purse in purses:
        purse.hold(wanted)


def most(prompt: int, output: int, price: Price | None) -> Amounts:
    """The most that a request can use, whichever way its prompt is cached and however much is reasoning.

    Without a price it costs more than any limit.
    """
    cost = Decimal("Infinity")
    if price is not None:
        prices = (price.input, price.cache_read, price.cache_write, price.cache_write_long)
        dearest = max(each for each in prices if each is not None)
        cost = (prompt * dearest + output * price.output) / 1_000_000
    return {
        "requests": Decimal(1),
        "tokens": Decimal(prompt + output),
        **dict.fromkeys(_PROMPT_KINDS, Decimal(prompt)),
        **dict.fromkeys(_OUTPUT_KINDS, Decimal(output)),
        "cost": cost,
    }


def used(usage: Usage, cost: Decimal | None, held: Amounts) -> Amounts:
    """What a request has used. Of what is unknown, all that was held."""
    return {"requests": Decimal(1)} | {
        name: held[name] if value is None else Decimal(value) for name, value in _counts(usage, cost)
    }


def _counts(usage: Usage, cost: Decimal | None) -> Iterator[tuple[str, Decimal | int | None]]:
    prompt, output = whole_prompt(usage), usage.output_tokens
    yield "tokens", None if prompt is None or output is None else prompt + output
    for name in _PROMPT_KINDS:
        # A provider that counts the prompt without saying what was cached has cached nothing that it bills.
        yield name, None if usage.input_tokens is None else getattr(usage, name) or 0
    yield "output_tokens", output
    yield "reasoning_tokens", None if output is None else usage.reasoning_tokens or 0
    yield "cost", cost


def whole_prompt(usage: Usage) -> int | None:
    """The tokens of the prompt, where a provider that names no cached ones has cached none."""
    if usage.input_tokens is None:
        return None
    return usage.input_tokens + (usage.cache_read_tokens or 0) + (usage.cache_write_tokens or 0)


def unworked(held: Mapping[str, Decimal], *, requests: int) -> Amounts:
    """What is used where no model has worked: at most the request itself."""
    return {**dict.fromkeys(held, Decimal()), "requests": Decimal(requests)}
