"""Tokens of several rows of usage together: known only where all of them were measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from specrun.results.model import StageUsage

Count = Callable[[StageUsage], int | None]
"""Some tokens of a row. None: not known."""


def measured(rows: Iterable[StageUsage], count: Count) -> int | None:
    """Add up the tokens of some rows; None unless all are known, and there are any.

    An estimate is never added to what was measured. Where no request was answered there are no tokens, but
    for one that was broken off: nobody knows what that used.
    """
    counts = [
        None if row.unfinished or (row.estimated and row.requests) else 0 if row.requests == 0 else count(row)
        for row in rows
    ]
    known = [tokens for tokens in counts if tokens is not None]
    return sum(known) if counts and len(known) == len(counts) else None


def prompt_tokens(row: StageUsage) -> int | None:
    """The tokens of whole prompts. Where a cache count is missing, the provider has counted them as input."""
    if row.input_tokens is None:
        return None
    return row.input_tokens + (row.cache_read_tokens or 0) + (row.cache_write_tokens or 0)


def output_tokens(row: StageUsage) -> int | None:
    """The tokens of answers, reasoning included."""
    return row.output_tokens


def all_tokens(row: StageUsage) -> int | None:
    """The tokens of prompts and answers."""
    prompt, output = prompt_tokens(row), output_tokens(row)
    return None if prompt is None or output is None else prompt + output
