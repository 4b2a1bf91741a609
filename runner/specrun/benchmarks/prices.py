"""What tokens cost in a benchmark: by the table that it names, or the one that comes with specrun."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from specrun.gateway.prices import PriceTable, shipped, table_of

if TYPE_CHECKING:
    from specrun.spec.library import Resolved
    from specrun.spec.models import Prices


def prices_of(resolved: Resolved) -> PriceTable:
    """The table of a benchmark."""
    named = resolved.parts.get("prices", ())
    return table_of(cast("Prices", named[0].model)) if named else shipped()
