"""Tokens, where no provider has counted them."""

from __future__ import annotations

ESTIMATOR = "characters/4"
"""The name of the estimator, for reports: an estimate is never added to measured tokens."""


def estimate(characters: int) -> int:
    """An estimate of the tokens of a text: a fourth of its characters (Unicode scalar values), rounded up.

    Raises ValueError for a negative number.
    """
    if characters < 0:
        raise ValueError(f"a text cannot have {characters} characters")
    return -(-characters // 4)
