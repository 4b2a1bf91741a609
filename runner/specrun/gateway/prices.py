"""What tokens cost: versioned tables, and arithmetic without rounding."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from specrun.gateway.usage import Usage

_MILLION = Decimal(1_000_000)


class PricesError(ValueError):
    """A table that cannot be used. The message is one line."""


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a million tokens, by kind. A kind of input without a price of its own costs what input costs."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_long: Decimal | None = None
    """None: as `cache_write`."""
    source: str
    """Where the prices were read."""

    def __post_init__(self) -> None:
        for name in ("input", "output", "cache_read", "cache_write", "cache_write_long"):
            amount = getattr(self, name)
            if amount is not None and not (amount.is_finite() and amount >= 0):
                raise ValueError(f"{name} is no price: {amount}")


class PriceTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prices as they were on a day. A table never changes; new prices are a new version."""

    version: str
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


def decode_table(data: bytes) -> PriceTable:
    """Read a table, strictly. Raises PricesError."""
    import msgspec.yaml

    try:
        table = msgspec.yaml.decode(data, type=PriceTable)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PricesError(f"no table of prices: {' '.join(str(error).split())}") from None
    unknown = sorted(set(table.prefixes.values()) - table.models.keys())
    if unknown:
        raise PricesError(f"prefixes stand for models without prices: {', '.join(unknown)}")
    return table


def shipped(version: str = "v1") -> PriceTable:
    """A table that comes with specrun. Raises FileNotFoundError for a version that there is not."""
    return decode_table(files("specrun.gateway").joinpath("price_tables", f"{version}.yaml").read_bytes())


def cost(usage: Usage, model: str, table: PriceTable) -> Decimal | None:
    """What a usage costs, in the table's currency, exactly. Of an estimate it is an estimate.

    None, never 0, for a model that the table does not have, and for a count that is unknown and matters.
    """
    price = table.price(model)
    if price is None:
        return None
    read, write = _or(price.cache_read, price.input), _or(price.cache_write, price.input)
    surcharge = _or(price.cache_write_long, write) - write
    amounts = (
        (usage.input_tokens, price.input, True),
        (usage.output_tokens, price.output, True),
        (usage.cache_read_tokens, read, read != price.input),
        (usage.cache_write_tokens, write, write != price.input),
        (0 if usage.cache_write_tokens == 0 else usage.cache_write_long_tokens, surcharge, surcharge != 0),
    )
    if any(count is None and matters for count, _, matters in amounts):
        return None
    return sum(((count or 0) * each for count, each, _ in amounts), Decimal()) / _MILLION


def _or(price: Decimal | None, usual: Decimal) -> Decimal:
    return usual if price is None else price
