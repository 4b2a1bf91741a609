"""The parts of a run that tables and findings speak of."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.results.model import COUNTED, AgentSummary, Figure, Number, Results, Trial
from specrun.results.summary import combine

BASELINES = frozenset({"nop", "oracle"})
"""Agent types that measure the cases, not themselves: they never compete."""


def by_agent(results: Results) -> dict[str, list[Trial]]:
    """Return the trials of each agent, in plan order."""
    groups: dict[str, list[Trial]] = {agent.id: [] for agent in results.agents}
    for trial in results.trials:
        groups[trial.agent].append(trial)
    return groups


def by_case(trials: Iterable[Trial]) -> dict[str, list[Trial]]:
    """Return the trials of each case that has any, in their order."""
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(trial.case, []).append(trial)
    return groups


def counted(trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials that count in rates."""
    return [trial for trial in trials if trial.outcome in COUNTED]


def contestants(results: Results) -> dict[str, list[Trial]]:
    """Return the counted trials of every agent that is not a baseline and has some."""
    baselines = {agent.id for agent in results.agents if agent.type in BASELINES}
    groups = {agent: counted(trials) for agent, trials in by_agent(results).items() if agent not in baselines}
    return {agent: trials for agent, trials in groups.items() if trials}


def summaries(results: Results) -> dict[str, AgentSummary]:
    """Return the summaries by agent."""
    return {summary.agent: summary for summary in results.summaries}


def cases(trials: Iterable[Trial]) -> list[str]:
    """Return the cases of some trials, each once, in their order."""
    return list(by_case(trials))


def facets(results: Results) -> list[str]:
    """Return the facets of cases, sorted as files have them, that say more than the case's own name."""
    return sorted({key for case in results.cases for key, name in case.facets.items() if name != case.id})


def figures(results: Results) -> list[tuple[str, Figure]]:
    """Return all figures with the names of their graders, in plan order."""
    return [(grader.name, figure) for grader in results.graders for figure in grader.figures]


def headline(results: Results) -> list[tuple[str, Figure]]:
    """Return the figures of the first table, without those that were measured for nobody."""
    return [
        (grader, figure)
        for grader, figure in figures(results)
        if figure.headline
        and any(summary.figures[f"{grader}.{figure.name}"].measured for summary in results.summaries)
    ]


def names(trials: Iterable[Trial]) -> tuple[str, ...]:
    """Return the names of some trials."""
    return tuple(trial.name for trial in trials)


def value(trial: Trial, grader: str, figure: str | None) -> Number:
    """Return what a trial measured, or None."""
    score = trial.score(grader)
    return None if score is None or figure is None else score.figures.get(figure)


def share(trials: Iterable[Trial], grader: str, figure: Figure) -> tuple[Number, Number, list[Trial]]:
    """Put a figure and what it is out of together, over the trials that measured both; and those trials."""
    both = [
        trial
        for trial in trials
        if value(trial, grader, figure.name) is not None and value(trial, grader, figure.out_of) is not None
    ]
    part, whole = (
        combine(figure.combine, (value(trial, grader, name) for trial in both))
        for name in (figure.name, figure.out_of)
    )
    return part, whole, both
