"""What models may use, from the spec; and what their tokens cost, for the results."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.budget import Limits
from specrun.gateway.prices import cost
from specrun.gateway.usage import KINDS, Usage
from specrun.spec.values import Count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.gateway.prices import PriceTable
    from specrun.results.model import StageUsage
    from specrun.spec.models.budget import ModelLimits


def limits_of(limits: ModelLimits) -> Limits:
    """A budget as the gateway keeps it."""
    values = msgspec.structs.asdict(limits)
    money = values.pop("cost")
    counts = {name: value.number for name, value in values.items() if isinstance(value, Count)}
    return Limits(**counts, cost=None if money is None else Decimal(money))


def priced(rows: Iterable[StageUsage], table: PriceTable | None) -> tuple[StageUsage, ...]:
    """The rows with their costs: of an estimate, an estimate; without an answered request, none."""
    return tuple(msgspec.structs.replace(row, cost=_cost(row, table)) for row in rows)


def _cost(row: StageUsage, table: PriceTable | None) -> str | None:
    """An exact amount without zeros at its end, and never with an exponent."""
    if table is None or row.model is None or not row.requests:
        return None
    usage = Usage(**{name: getattr(row, name) for name in KINDS}, estimated=row.estimated)
    amount = cost(usage, row.model, table)
    return None if amount is None else f"{amount.normalize():f}"
