"""A name that stands for a model's price stands for one that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec.models.common import MOST
from specrun.spec.problems import did_you_mean, quoted
from specrun.spec.rules.base import value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken


def unpriced_prefixes(data: dict[str, Any]) -> Iterator[Broken]:
    """Prefixes that stand for a model without a price."""
    models, prefixes = (value_at(data, key) for key in ("models", "prefixes"))
    if not isinstance(models, dict) or not isinstance(prefixes, dict) or len(prefixes) > MOST:
        return
    for prefix, model in prefixes.items():
        if isinstance(model, str) and model not in models:
            hint = did_you_mean(model, models)
            yield ("prefixes", prefix), f"there is no price of {quoted(model)}{hint}"
