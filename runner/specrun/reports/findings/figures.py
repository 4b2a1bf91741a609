"""What the figures say: shares of what was there to reach, and what nobody measured."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import amount, count, listing, percent, portion
from specrun.results.model import Results, Trial


def shares(results: Results) -> Iterator[Finding]:
    """Say how much a contestant reached of each figure that is out of another one."""
    parts = [(grader, figure) for grader, figure in selection.figures(results) if figure.out_of]
    for agent, trials in selection.contestants(results).items():
        for grader, figure in parts:
            part, whole, both = selection.share(trials, grader, figure)
            if part is not None and whole:
                yield found(
                    "shares",
                    both,
                    f"{agent} reaches {amount(part, whole, figure)} ({percent(part / whole)}) in"
                    f" {grader}.{figure.name}, over {portion(len(both), len(trials), 'counted trial')}.",
                )


def measured_for_nobody(results: Results) -> Iterator[Finding]:
    """Name the figures of each grader that no counted trial has a value of, unless it applies to none."""
    counted = selection.counted(results.trials)
    for grader in results.graders if counted else ():
        concerned = _concerned(grader.name, counted)
        names = [f"{grader.name}.{figure.name}" for figure in grader.figures]
        unknown = [
            name for name in names if not any(summary.figures[name].measured for summary in results.summaries)
        ]
        if unknown and concerned:
            yield found(
                "measured-for-nobody",
                concerned,
                f"{listing(unknown)} {'was' if len(unknown) == 1 else 'were'} measured in"
                f" 0 of {count(len(concerned), 'counted trial')}.",
            )


def _concerned(grader: str, trials: list[Trial]) -> list[Trial]:
    """Return the trials to which a grader applies; none if it never did where it looked."""
    statuses = {trial.name: score.status for trial in trials if (score := trial.score(grader)) is not None}
    if set(statuses.values()) == {"not_applicable"}:
        return []
    return [trial for trial in trials if statuses.get(trial.name) != "not_applicable"]
