"""`kind: prices`: what tokens cost, as it was on a day. A table never changes: new prices are a new file."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from specrun.spec.models.common import END, MOST, Spec, Strict
from specrun.spec.values import Text


class Money(Text):
    """An amount, exactly: in quotes, so that nothing is rounded."""

    __slots__ = ()
    longest = 20
    pattern = r"^[0-9]+(\.[0-9]+)?$"
    example = '"0.50"'
    meaning = "an amount of money, in quotes"


class ModelPrice(Strict, kw_only=True, frozen=True):
    """Of a million tokens, by kind. A kind of input without a price of its own costs what input costs."""

    input: Annotated[Money, Meta(description="Tokens of the prompt that were not cached.")]
    output: Annotated[Money, Meta(description="Tokens of the answer, reasoning included.")]
    cache_read: Annotated[Money | None, Meta(description="Tokens of the prompt read from a cache.")] = None
    cache_write: Annotated[Money | None, Meta(description="Tokens of the prompt written to a cache.")] = None
    cache_write_long: Annotated[
        Money | None, Meta(description="Those that are kept for longer than usual; unless given: the same.")
    ] = None
    source: Annotated[str, Meta(description="Where the price was read.", min_length=1, max_length=500)]


class Prices(Spec, kw_only=True, frozen=True):
    """A table of prices."""

    kind: Annotated[Literal["prices"], Meta(description="What this spec describes.")]
    currency: Annotated[
        str, Meta(description="The currency, as ISO 4217 names it.", pattern=rf"^[A-Z]{{3}}{END}")
    ]
    as_of: Annotated[
        str,
        Meta(
            description="The day on which the prices were looked up, as YYYY-MM-DD.",
            pattern=rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{END}",
            title="a date such as 2026-11-21",
        ),
    ]
    note: Annotated[str, Meta(description="What must be known of them.", max_length=2000)] = ""
    models: Annotated[
        dict[str, ModelPrice], Meta(description="By the model's name.", min_length=1, max_length=MOST)
    ]
    prefixes: Annotated[
        dict[str, str],
        Meta(
            description="How other names begin, to the model whose price they have: dated snapshots.",
            max_length=MOST,
        ),
    ] = {}
