"""How large the values of a template are, and how large what it asks for would be."""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterable, KeysView, Mapping, ValuesView
from typing import Any

LARGEST_VALUE = 1_000_000
"""Characters of text that an expression may make; other values count as so many."""
ITEM = 8
"""Characters that an item of a list or mapping counts as, beside its own size."""

_COLLECTIONS = (list, tuple, set, frozenset, KeysView, ValuesView, ItemsView)
_WIDTH = r"[-#0 +]*(?:\*|[0-9]{5}|[0-9]*\.(?:\*|[0-9]{5}))"
_WIDE = re.compile(rf"%{_WIDTH}|\{{[^{{}}]*:[^{{}}]*(?:[0-9]{{5}}|\{{)")
"""A format that asks for great width, or takes its width from a value."""
_WIDE_BY_NAME = re.compile(rf"\){_WIDTH}")
"""The same for `%(name)99999d`, in which the name may hold anything."""


class TooMuchError(ValueError):
    """A template asks for more than it may have."""


def check_format(text: Any) -> None:
    """Raise TooMuchError for a format whose result may be much larger than its values."""
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if isinstance(text, str) and (_WIDE.search(text) or ("%(" in text and _WIDE_BY_NAME.search(text))):
        raise TooMuchError("a format must not ask for a width of more than 9999, or take it from a value")


def result_size(operator: str, left: Any, right: Any) -> int:
    """How large the result of an operation is at most. Raises TooMuchError."""
    numbers = isinstance(left, int) and isinstance(right, int)
    if operator == "**":
        return _bits(left) * abs(right) if numbers else 0
    if operator == "%" and isinstance(left, str | bytes):
        check_format(left)
        return product_size((left, right))
    if operator == "*" and not numbers:
        return product_size((right, left) if isinstance(left, int) else (left, right), numbers=True)
    return size_of(left) + size_of(right)


def product_size(values: Iterable[Any], *, numbers: bool = False) -> int:
    """The product of the sizes: nothing that puts texts into texts makes more.

    `numbers` says whether numbers after the first value say how much is made.
    """
    product = 1
    for position, value in enumerate(values):
        is_number = isinstance(value, int) and position > 0
        product *= max(1, abs(value) if numbers and is_number else size_of(value))
    return product


def total_size(values: Iterable[Any]) -> int:
    """The sum of the sizes, at most LARGEST_VALUE: what it costs to look at them."""
    return min(LARGEST_VALUE, sum(map(size_of, values)))


def _bits(value: int) -> int:
    return value.bit_length()


def size_of(value: Any) -> int:
    """Characters and items, in all depths, as far as they matter: a little more than the limit is enough."""
    size = 0
    waiting = [value]
    while waiting and size <= LARGEST_VALUE:
        each = waiting.pop()
        if isinstance(each, str | bytes | range):
            size += len(each)
        elif isinstance(each, int):
            size += _bits(each) // 8
        elif isinstance(each, Mapping):
            size += ITEM * len(each)
            waiting += (*each.keys(), *each.values())
        elif isinstance(each, _COLLECTIONS):
            size += ITEM * len(each)
            waiting += each
    return size
