"""Committed results beside those of a run now, which may lack the tools for some trials."""

from __future__ import annotations

import msgspec

from specrun.results.model import Case, Results
from specrun.results.summary import summarise


def unchecked(committed: Results, now: Results) -> tuple[str, ...]:
    """The trials that were measured once and are unavailable here: they prove nothing either way."""
    measured = {trial.name for trial in committed.trials if trial.outcome != "unavailable"}
    return tuple(
        trial.name for trial in now.trials if trial.outcome == "unavailable" and trial.name in measured
    )


def mergeable(committed: Results, now: Results) -> Results:
    """Return `now` with what is unavailable here taken from `committed`, and summarised again.

    A report of it is byte for byte the committed one exactly when everything that could run here gave the
    committed result. Trials that only one side has stay a difference.
    """
    before = {trial.name: trial for trial in committed.trials}
    trials = tuple(
        before.get(trial.name, trial) if trial.outcome == "unavailable" else trial for trial in now.trials
    )
    cases = _cases(committed, now)
    return msgspec.structs.replace(
        now, cases=cases, trials=trials, summaries=summarise(now.agents, cases, now.graders, trials)
    )


def _cases(committed: Results, now: Results) -> tuple[Case, ...]:
    """Return the cases of `now`. Whether a case is broken cannot be seen where none of its trials can run."""
    ran: set[str] = {trial.case for trial in now.trials if trial.outcome != "unavailable"}
    verdicts = {case.id: case.broken for case in committed.cases}
    return tuple(
        case
        if case.id in ran or case.id not in verdicts
        else msgspec.structs.replace(case, broken=verdicts[case.id])
        for case in now.cases
    )
