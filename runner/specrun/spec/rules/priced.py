"""Prices are of a day that there is, and a name that stands for a model's price stands for one of them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from specrun.spec.models.common import MOST
from specrun.spec.problems import did_you_mean, quoted
from specrun.spec.rules.base import text_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken


def impossible_days(data: dict[str, Any]) -> Iterator[Broken]:
    """A day that no calendar has, such as 2026-02-30."""
    day = text_at(data, "as_of")
    if day is None or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        return
    try:
        date.fromisoformat(day)
    except ValueError:
        yield ("as_of",), "'as_of': there is no such day"


def unpriced_prefixes(data: dict[str, Any]) -> Iterator[Broken]:
    """Prefixes that stand for a model without a price."""
    models, prefixes = (value_at(data, key) for key in ("models", "prefixes"))
    if not isinstance(models, dict) or not isinstance(prefixes, dict) or len(prefixes) > MOST:
        return
    for prefix, model in prefixes.items():
        if isinstance(model, str) and model not in models:
            hint = did_you_mean(model, models)
            yield ("prefixes", prefix), f"there is no price of {quoted(model)}{hint}"
