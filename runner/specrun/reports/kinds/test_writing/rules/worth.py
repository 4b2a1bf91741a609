"""What the tests of each contestant are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.kinds.test_writing.measures import ADDED, GAIN, KILLED, MISSED, MUTANTS, Measure, total
from specrun.reports.kinds.test_writing.words import part, things
from specrun.reports.wording import count, listing
from specrun.results.model import Results, Trial

Sums = tuple[int | float, ...]

CLAUSES: tuple[tuple[tuple[Measure, ...], Callable[[Sums], str]], ...] = (
    ((ADDED,), lambda sums: f"adds {things(sums[0], 'test')}"),
    ((GAIN, MISSED), lambda sums: f"gains {part(sums, 'missed line')}"),
    ((KILLED, MUTANTS), lambda sums: f"kills {part(sums, 'mutant')}"),
)


def worth(results: Results) -> Iterator[Finding]:
    """Say what each contestant adds, gains and kills, and in how many of its trials that was measured."""
    for agent, trials in selection.contestants(results).items():
        clauses = list(_clauses(trials))
        if clauses:
            text = f"In {count(len(trials), 'counted trial')}, {agent} {listing(clauses)}."
            yield found("worth", trials, text)


def _clauses(trials: list[Trial]) -> Iterator[str]:
    for measures, write in CLAUSES:
        known = total(trials, *measures)
        if known is not None:
            places = "" if len(known.trials) == len(trials) else f" in {len(known.trials)} of them"
            yield write(known.sums) + places
