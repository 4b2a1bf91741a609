"""What every rule is, and how rules look at data of which nothing is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from specrun.spec.document import DataPath
from specrun.spec.models.common import MOST_STEPS
from specrun.spec.values import LONGEST_PATH

Broken = tuple[DataPath, str]
"""A place in the data, and what cannot work there."""

Rule = Callable[[dict[str, Any]], Iterator[Broken]]


def value_at(data: Any, *path: str) -> Any:
    """The value at the end of a path of keys; None if there is none."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def items_at(data: Any, *path: str) -> list[Any]:
    """The list at the end of a path of keys; an empty one if there is none, or one of absurd length."""
    value = value_at(data, *path)
    return value if isinstance(value, list) and len(value) <= MOST_STEPS else []


def text_at(data: Any, *path: str) -> str | None:
    """The text at the end of a path of keys; None if there is none."""
    value = value_at(data, *path)
    return value if isinstance(value, str) else None


def path_at(data: Any, *path: str) -> str | None:
    """The file path at the end of a path of keys; None if there is none, or one of absurd length."""
    value = text_at(data, *path)
    return value if value is not None and len(value) <= LONGEST_PATH else None
