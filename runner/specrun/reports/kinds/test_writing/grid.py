"""What a terminal shows of a test-writing benchmark: what each agent's tests are worth."""

from __future__ import annotations

from specrun.reports import selection
from specrun.reports.kinds.base import Grid
from specrun.reports.kinds.test_writing.measures import ADDED, GAIN, KILLED, MISSED, MUTANTS, changed
from specrun.reports.kinds.test_writing.words import added_up, portion_of
from specrun.results.model import Results, Trial


def grid(results: Results) -> Grid:
    """Give a row for each agent, over its counted trials."""
    return Grid(
        titles=("agent", "passed", "tests added", "lines gained", "mutants killed", "changed lines"),
        rows=[
            _row(agent, selection.counted(trials)) for agent, trials in selection.by_agent(results).items()
        ],
    )


def _row(agent: str, trials: list[Trial]) -> list[str]:
    return [
        agent,
        f"{sum(trial.outcome == 'passed' for trial in trials)}/{len(trials)}",
        added_up(trials, ADDED),
        portion_of(trials, GAIN, MISSED),
        portion_of(trials, KILLED, MUTANTS),
        added_up(trials, changed),
    ]
