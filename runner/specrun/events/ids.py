"""Ids that are made, not drawn: the same trial has the same ids on every machine."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = UUID("9c5f3a1e-6f0b-5d0a-9a55-2f6d3c1b7e48")
"""The namespace of all ids that specrun makes. It never changes."""


def derive_id(key: str, counter: int) -> str:
    """The UUIDv5 (RFC 9562) of `<key>/<counter>` in specrun's namespace, in lower case."""
    return str(uuid5(NAMESPACE, f"{key}/{counter}"))


def trial_id(key: str) -> str:
    """The id of the trial with this key: number 0."""
    return derive_id(key, 0)


def step_ids(key: str) -> Iterator[str]:
    """The ids of the steps of the trial with this key, in order: numbers 1, 2, 3, ..."""
    return (derive_id(key, number) for number in count(1))
