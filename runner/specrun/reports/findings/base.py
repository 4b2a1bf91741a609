"""What a finding is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from specrun.results.model import Results, Trial


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence that a rule made from the results, with its numbers, and the trials it stands on.

    `text` is raw text: names in it are escaped when it is written.
    """

    rule: str
    text: str
    trials: tuple[str, ...]


def found(rule: str, trials: Iterable[Trial], text: str) -> Finding:
    """Make a finding that stands on `trials`."""
    return Finding(rule=rule, text=text, trials=tuple(trial.name for trial in trials))


Rule = Callable[[Results], Iterator[Finding]]
"""A rule gives a finding for each thing that it finds; most often none or one."""
