"""How amounts are written: never a part without what it is a part of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specrun.reports.kinds.test_writing.measures import GAIN, KILLED, MISSED, MUTANTS, Measure, total
from specrun.reports.wording import NOT_MEASURED, number, percent
from specrun.results.model import Trial

Write = Callable[[Sequence[int | float], str], str]
"""How some of all is written: with the share, or without."""


def things(amount: int | float, noun: str) -> str:
    """Count things: `1 line`, `0 lines`, `2.5 lines`."""
    return f"{number(amount)} {noun}{'' if amount == 1 else 's'}"


def some_of(sums: Sequence[int | float], noun: str = "") -> str:
    """Write some of all: `40 of 80 lines`."""
    some, whole = sums
    return f"{number(some)} of {things(whole, noun) if noun else number(whole)}"


def part(sums: Sequence[int | float], noun: str = "") -> str:
    """Write some of all, with the share: `40 of 80 lines (50.0%)`. Nothing is no share of nothing."""
    some, whole = sums
    return f"{some_of(sums, noun)} ({percent(some / whole)})" if whole else some_of(sums, noun)


def added_up(trials: Sequence[Trial], *measures: Measure) -> str:
    """Write the sum of a figure over trials, for a table; of several `3 / 0`."""
    found = total(trials, *measures)
    return NOT_MEASURED if found is None else " / ".join(map(number, found.sums)) + over(found.trials, trials)


def portion_of(trials: Sequence[Trial], measure: Measure, whole: Measure) -> str:
    """Write the sum of a figure over trials with what it is out of, for a table."""
    found = total(trials, measure, whole)
    return NOT_MEASURED if found is None else part(found.sums) + over(found.trials, trials)


def over(measured: Sequence[Trial], trials: Sequence[Trial]) -> str:
    """Say on how many trials a figure stands, where that is not all of them: ` (2/3)`."""
    return "" if len(measured) == len(trials) else f" ({len(measured)}/{len(trials)})"


def gained(trials: Sequence[Trial], write: Write = part) -> str | None:
    """Say what trials gain: `gains 40 of 80 missed lines (50.0%)`. None if that was not measured."""
    found = total(trials, GAIN, MISSED)
    return None if found is None else f"gains {write(found.sums, 'missed line')}"


def killed(trials: Sequence[Trial], write: Write = part) -> str | None:
    """Say what trials kill: `kills 10 of 12 mutants (83.3%)`. None if that was not measured."""
    found = total(trials, KILLED, MUTANTS)
    return None if found is None else f"kills {write(found.sums, 'mutant')}"
