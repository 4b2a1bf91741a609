"""From trials to one summary for each agent."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from specrun.results import statistics
from specrun.results.model import (
    COUNTED,
    OUTCOMES,
    Agent,
    AgentSummary,
    Case,
    Combined,
    Figure,
    Grader,
    Number,
    Rate,
    Score,
    Trial,
)

Tries = list[tuple[int, int]]
"""For each case with counted trials: how many, and how many of them passed."""


def summarise(
    agents: Sequence[Agent], cases: Sequence[Case], graders: Sequence[Grader], trials: Iterable[Trial]
) -> tuple[AgentSummary, ...]:
    """Summarise each agent over its trials, in the order of `agents`.

    Rates and figures are over the counted trials only; `outcomes` has every trial. Nothing depends on the
    order of `trials`.
    """
    by_agent: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        by_agent[trial.agent].append(trial)
    return tuple(_summary(agent.id, cases, graders, by_agent[agent.id]) for agent in agents)


def ks(repetitions: int) -> list[int]:
    """Which k are worth a pass@k: 1 to 5, then 10, 20, 50, 100, ..., and the number of repetitions."""
    steps = {1, 2, 3, 4, 5, repetitions} | {step * 10**power for power in range(1, 4) for step in (1, 2, 5)}
    return sorted(k for k in steps if 1 <= k <= repetitions)


def _summary(
    agent: str, cases: Sequence[Case], graders: Sequence[Grader], trials: list[Trial]
) -> AgentSummary:
    counted = [trial for trial in trials if trial.outcome in COUNTED]
    ends = Counter(trial.outcome for trial in trials)
    passes: dict[str, list[float]] = {case.id: [] for case in cases}
    for trial in counted:
        passes[trial.case].append(float(trial.outcome == "passed"))
    tries = [(len(scores), int(sum(scores))) for scores in passes.values() if scores]
    scores = {grader.name: [trial.score(grader.name) for trial in counted] for grader in graders}
    return AgentSummary(
        agent=agent,
        outcomes={outcome: ends[outcome] for outcome in OUTCOMES if ends[outcome]},
        pass_rate=statistics.rate(ends["passed"], len(counted), len(tries)),
        pass_at_k=_by_k(statistics.pass_at_k, tries),
        pass_hat_k=_by_k(statistics.pass_hat_k, tries),
        stability_variance=statistics.mean(statistics.variance(scores) for scores in passes.values()),
        graders={grader.name: _grader_rate(scores[grader.name]) for grader in graders},
        figures={
            f"{grader.name}.{figure.name}": _combine(figure, scores[grader.name])
            for grader in graders
            for figure in grader.figures
        },
    )


def _by_k(estimate: statistics.Estimate, tries: Tries) -> dict[str, float | None]:
    most = max((tried for tried, _ in tries), default=0)
    return {str(k): statistics.mean(estimate(tried, passed, k) for tried, passed in tries) for k in ks(most)}


def _grader_rate(scores: Iterable[Score | None]) -> Rate:
    """Rate a grader over the trials that it judged: errors and `not_applicable` are no verdicts."""
    verdicts = Counter(score.status for score in scores if score is not None)
    return statistics.rate(verdicts["passed"], verdicts["passed"] + verdicts["failed"])


def _combine(figure: Figure, scores: Iterable[Score | None]) -> Combined:
    """Put a figure together. A trial to which the grader did not apply is neither measured nor missing."""
    values: list[Number] = [
        score.figures.get(figure.name) if score else None
        for score in scores
        if score is None or score.status != "not_applicable" or score.figures.get(figure.name) is not None
    ]
    measured = sum(value is not None for value in values)
    return Combined(value=combine(figure.combine, values), measured=measured, missing=len(values) - measured)


def combine(how: Literal["sum", "mean"], values: Iterable[Number]) -> Number:
    """Put together the values that are there, whatever their order. None where there are none.

    Integers are added exactly; everything else is rounded as `statistics.DECIMALS` says.
    """
    known = [value for value in values if value is not None]
    if how == "mean" or not known:
        return statistics.mean(known)
    if all(isinstance(value, int) for value in known):
        return sum(known)
    return statistics.rounded(math.fsum(known))
