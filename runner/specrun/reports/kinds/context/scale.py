"""A logarithmic axis in whole pixels, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal

import msgspec

_EXACT = Context(prec=20)
"""Decimal logarithms are rounded correctly; those of the C library differ by machine."""
STEPS = (1, 2, 5)
MOST_TICKS = 9


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """Where values lie between `left` and `right`, from `low` to `high`, which are steps of 1, 2 or 5."""

    left: int
    right: int
    low: int
    high: int

    def x(self, value: float) -> int:
        """Return the pixel of a value."""
        share = (_log(value) - _log(self.low)) / (_log(self.high) - _log(self.low))
        return self.left + round(share * (self.right - self.left))

    def ticks(self) -> list[tuple[int, str]]:
        """Return where lines are drawn, and for which values."""
        values = [value for value in _steps(self.high) if value >= self.low]
        if len(values) > MOST_TICKS:
            values = [value for value in values if str(value).startswith("1")]
        return [(self.x(value), f"{value:,}") for value in values]


def scale(values: Iterable[float], left: int, right: int) -> Scale:
    """Make an axis that has room for all values, which are at least 1. It never has no length."""
    known = list(values) or [1.0]
    smallest, largest = min(known), max(known)
    low = max(step for step in _steps(largest) if step <= smallest)
    high = next(step for step in _steps(largest * 10) if step >= largest and step > low)
    return Scale(left=left, right=right, low=low, high=high)


def _log(value: float) -> Decimal:
    return _EXACT.log10(Decimal(value))


def _steps(most: float) -> Iterator[int]:
    """Give 1, 2, 5, 10, 20, ... up to `most`."""
    power = 1
    while power <= most:
        yield from (power * step for step in STEPS if power * step <= most)
        power *= 10
