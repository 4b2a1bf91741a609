"""Trials that count in no rate."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import because, count, label, listing, portion
from specrun.results.model import COUNTED, OUTCOMES, Case, Results, Trial


def broken_cases(results: Results) -> Iterator[Finding]:
    """Name each broken case, with the reason."""
    for case, trials in _broken(results):
        ends = {trial.outcome for trial in trials}
        yield found(
            "broken-cases",
            trials,
            f"No trial of the case {case.id} counts ({count(len(trials), 'trial')},"
            f" {listing([label(end) for end in OUTCOMES if end in ends])}){because(case.broken)}",
        )


def not_counted(results: Results) -> Iterator[Finding]:
    """Say how many other trials do not count, for each outcome and reason."""
    groups: dict[tuple[int, str], list[Trial]] = {}
    broken = {case.id for case, _ in _broken(results)}
    for trial in results.trials:
        if trial.outcome not in COUNTED and trial.case not in broken:
            groups.setdefault((OUTCOMES.index(trial.outcome), trial.reason or ""), []).append(trial)
    for (_, reason), trials in sorted(groups.items(), key=lambda group: group[0]):
        yield found(
            "not-counted",
            trials,
            f"{portion(len(trials), len(results.trials), 'trial')} ended as {label(trials[0].outcome)}, which"
            f" does not count, on {listing(selection.cases(trials))}{because(reason)}",
        )


def _broken(results: Results) -> list[tuple[Case, list[Trial]]]:
    """Return the broken cases that were worked on and of which indeed nothing counts."""
    groups = selection.by_case(results.trials)
    cases = [(case, groups.get(case.id, [])) for case in results.cases if case.broken is not None]
    return [(case, trials) for case, trials in cases if trials and not selection.counted(trials)]
