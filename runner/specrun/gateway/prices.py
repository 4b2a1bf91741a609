"""What tokens cost: versioned tables, and arithmetic without rounding."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from specrun.gateway.usage import Usage
    from specrun.spec.models import Prices
    from specrun.spec.models.prices import ModelPrice, Money

_MILLION = Decimal(1_000_000)


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Of a million tokens, by kind. A kind of input without a price of its own costs what input costs."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_long: Decimal | None = None
    """None: as `cache_write`."""
    source: str
    """Where the prices were read."""


class PriceTable(msgspec.Struct, frozen=True, kw_only=True):
    """Prices as they were on a day."""

    version: str
    """The id of the spec that has them."""
    currency: str
    as_of: str
    """The day on which the sources were looked up, as YYYY-MM-DD."""
    note: str
    models: dict[str, Price]
    prefixes: dict[str, str] = {}
    """By how names begin, the model whose prices they have: dated snapshots, names with a provider."""

    def price(self, model: str) -> Price | None:
        """The price of the model with exactly this name, or with the longest prefix. None: unknown."""
        if model in self.models:
            return self.models[model]
        fitting = [prefix for prefix in self.prefixes if model.startswith(prefix)]
        return self.models[self.prefixes[max(fitting, key=len)]] if fitting else None


def table_of(prices: Prices) -> PriceTable:
    """The table that a spec declares."""
    return PriceTable(
        version=prices.id,
        currency=prices.currency,
        as_of=prices.as_of,
        note=prices.note,
        models={name: _price(declared) for name, declared in prices.models.items()},
        prefixes=dict(prices.prefixes),
    )


def _price(declared: ModelPrice) -> Price:
    return Price(
        input=Decimal(declared.input),
        output=Decimal(declared.output),
        cache_read=_amount(declared.cache_read),
        cache_write=_amount(declared.cache_write),
        cache_write_long=_amount(declared.cache_write_long),
        source=declared.source,
    )


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else Decimal(money)


def shipped(version: str = "v1") -> PriceTable:
    """A table that comes with specrun. Raises SpecError for a version that there is not."""
    from specrun.spec.library import Library
    from specrun.spec.models import Prices

    folder = Path(str(files("specrun.gateway"))) / "price_tables"
    prices = Library(folder).resolve(folder / f"{version}.yaml", "prices").model
    assert isinstance(prices, Prices)
    return table_of(prices)


def cost(usage: Usage, model: str, table: PriceTable) -> Decimal | None:
    """What a usage costs, in the table's currency, exactly. Of an estimate it is an estimate.

    None, never 0, for a model that the table does not have, and for a count that is unknown and matters.
    Where a provider counts a prompt and does not say what was cached, all of it is input.
    """
    price = table.price(model)
    if price is None:
        return None
    read, write = _or(price.cache_read, price.input), _or(price.cache_write, price.input)
    surcharge = _or(price.cache_write_long, write) - write
    long = usage.cache_write_long_tokens if usage.cache_write_tokens and surcharge else 0
    if usage.input_tokens is None or usage.output_tokens is None or long is None:
        return None
    amounts = (
        (usage.input_tokens, price.input),
        (usage.output_tokens, price.output),
        (usage.cache_read_tokens or 0, read),
        (usage.cache_write_tokens or 0, write),
        (long, surcharge),
    )
    return sum((count * each for count, each in amounts), Decimal()) / _MILLION


def _or(price: Decimal | None, usual: Decimal) -> Decimal:
    return usual if price is None else price
