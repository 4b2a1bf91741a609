"""Diffs that are large for what they gain."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import msgspec

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.kinds.test_writing.measures import GAIN, changed, total
from specrun.reports.kinds.test_writing.rules.basis import placed
from specrun.reports.kinds.test_writing.words import things
from specrun.reports.wording import count, number, portion
from specrun.results.model import Results, Trial

LARGE = 5
"""How many times the lines of others for one gained line are many."""


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent gains in a case, and how many lines it changes for that."""

    gain: int | float
    lines: int | float
    trials: tuple[Trial, ...]

    @property
    def each(self) -> float:
        """Changed lines for one gained line."""
        return self.lines / self.gain


def large_diffs(results: Results) -> Iterator[Finding]:
    """Name the cases in which a contestant changes many lines for each one that it gains."""
    spent = {agent: _by_case(trials) for agent, trials in selection.by_agent(results).items()}
    for agent in selection.contestants(results):
        compared = {
            case: (here, [there[case] for other, there in spent.items() if other != agent and case in there])
            for case, here in spent[agent].items()
        }
        compared = {case: pair for case, pair in compared.items() if pair[1]}
        large = {case: pair for case, pair in compared.items() if _is_large(*pair)}
        if large:
            yield found(
                "large-diffs",
                (trial for here, others in large.values() for one in (here, *others) for trial in one.trials),
                f"{agent} changes many lines for what it gains in"
                f" {portion(len(large), len(compared), 'case')} where others gain, too:"
                f" {placed((case, _clause(*pair)) for case, pair in large.items())}."
                f" Many: more than {LARGE} times as many for each gained line as the median of the others.",
            )


def _by_case(trials: list[Trial]) -> dict[str, Spent]:
    """Return the cases in which an agent gains something."""
    groups = selection.by_case(selection.counted(trials))
    totals = {case: total(group, GAIN, changed) for case, group in groups.items()}
    return {
        case: Spent(gain=one.sums[0], lines=one.sums[1], trials=one.trials)
        for case, one in totals.items()
        if one is not None and one.sums[0] > 0
    }


def _is_large(here: Spent, others: list[Spent]) -> bool:
    return here.each > LARGE * median(other.each for other in others)


def _clause(here: Spent, others: list[Spent]) -> str:
    usual = median(other.each for other in others)
    return (
        f"{things(here.lines, 'changed line')} for {number(here.gain)} gained, {number(here.each)} for each;"
        f" the median of {count(len(others), 'other')} is {number(usual)}"
    )
