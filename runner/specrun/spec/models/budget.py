"""What agents may have models use: limits that hold before a request is sent."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from specrun.spec.models.common import Strict
from specrun.spec.models.prices import Money
from specrun.spec.values import Count


class ModelLimits(Strict, kw_only=True, frozen=True):
    """The most that may be used. A request that could pass one of them is not sent."""

    requests: Annotated[Count | None, Meta(description="Requests that were sent; failed ones count.")] = None
    tokens: Annotated[
        Count | None, Meta(description="Tokens of prompts and answers together, cached or not.")
    ] = None
    input_tokens: Annotated[Count | None, Meta(description="Tokens of prompts that were not cached.")] = None
    cache_read_tokens: Annotated[Count | None, Meta(description="Tokens of prompts read from a cache.")] = (
        None
    )
    cache_write_tokens: Annotated[Count | None, Meta(description="Tokens of prompts written to a cache.")] = (
        None
    )
    output_tokens: Annotated[Count | None, Meta(description="Tokens of answers, reasoning included.")] = None
    reasoning_tokens: Annotated[Count | None, Meta(description="Tokens of answers that were reasoning.")] = (
        None
    )
    cost: Annotated[
        Money | None,
        Meta(description="Money, in the currency of the prices. A model without a price cannot be used."),
    ] = None


class Budget(Strict, kw_only=True, frozen=True):
    """What the models of a benchmark may use."""

    trial: Annotated[ModelLimits, Meta(description="In one trial.")]
    run: Annotated[ModelLimits, Meta(description="In the whole run, over all trials.")] = ModelLimits()
