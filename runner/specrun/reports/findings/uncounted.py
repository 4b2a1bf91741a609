"""Trials that count in no rate."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import because, count, label, listing, portion
from specrun.results.model import COUNTED, OUTCOMES, Results, Trial


def broken_cases(results: Results) -> Iterator[Finding]:
    """Name each case that is invalid, with the reason."""
    groups = selection.by_case(results.trials)
    for case in results.cases:
        if case.broken is not None:
            trials = groups.get(case.id, [])
            yield found(
                "broken-cases",
                trials,
                f"The case {case.id} with its {count(len(trials), 'trial')} is invalid{because(case.broken)}",
            )


def not_counted(results: Results) -> Iterator[Finding]:
    """Say how many other trials do not count, for each outcome and reason."""
    groups: dict[tuple[int, str], list[Trial]] = {}
    broken = {case.id for case in results.cases if case.broken is not None}
    for trial in results.trials:
        if trial.outcome not in COUNTED and trial.case not in broken:
            groups.setdefault((OUTCOMES.index(trial.outcome), trial.reason or ""), []).append(trial)
    for (_, reason), trials in sorted(groups.items()):
        yield found(
            "not-counted",
            trials,
            f"{portion(len(trials), len(results.trials), 'trial')} ended as {label(trials[0].outcome)}, which"
            f" does not count, on {listing(selection.cases(trials))}{because(reason)}",
        )
