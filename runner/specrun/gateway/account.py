"""What a lane's meter says, as rows of a table."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import msgspec

from specrun.gateway.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.meter import Ending, Meter, Tally

Basis = Literal["measured", "estimated", "wasted"]
"""Counted by the provider; estimated, because the provider counted nothing; of requests that failed."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one stage and model on one basis.

    Requests, retries and cost are those of the stage and model, and stand in the first of its rows.
    """

    stage: str
    model: str
    basis: Basis
    requests: dict[Ending, int] | None
    retries: int | None
    usage: Usage
    cost: Decimal | None
    """None in the first row: that of some answer is unknown."""


def rows(meter: Meter) -> list[Row]:
    """All rows, in the order in which stages and models came up."""
    return [row for key, tally in meter.tallies.items() for row in _rows_of(*key, tally)]


def _rows_of(stage: str, model: str, tally: Tally) -> Iterator[Row]:
    sums: tuple[tuple[Basis, Usage | None], ...] = (
        ("measured", tally.usage.measured),
        ("estimated", tally.usage.estimated),
        ("wasted", tally.wasted.measured),
    )
    found = [(basis, usage) for basis, usage in sums if usage is not None]
    nothing: tuple[Basis, Usage] = ("measured", Usage())
    for number, (basis, usage) in enumerate(found or [nothing]):
        first = number == 0
        yield Row(
            stage=stage,
            model=model,
            basis=basis,
            requests=dict(tally.counts) if first else None,
            retries=tally.retries if first else None,
            usage=usage,
            cost=tally.cost if first else None,
        )
