"""Whether repetitions of a trial end alike."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import because, listing, number, portion
from specrun.results.model import Results, Trial


def stability(results: Results) -> Iterator[Finding]:
    """Name the cases that a contestant passes in some repetitions and not in others."""
    summaries = selection.summaries(results)
    for agent, trials in selection.contestants(results).items():
        repeated = {case: group for case, group in selection.by_case(trials).items() if len(group) > 1}
        unstable = [
            f"{case} ({_passes(group)} of {len(group)} pass)"
            for case, group in repeated.items()
            if 0 < _passes(group) < len(group)
        ]
        if repeated:
            yield found(
                "stability",
                (trial for group in repeated.values() for trial in group),
                f"{agent} is unstable on {portion(len(unstable), len(repeated), 'repeated case')} (stability"
                f" variance {number(summaries[agent].stability_variance)}){because(listing(unstable))}",
            )


def _passes(trials: list[Trial]) -> int:
    return sum(trial.outcome == "passed" for trial in trials)
