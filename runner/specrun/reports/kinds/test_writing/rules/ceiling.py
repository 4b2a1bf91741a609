"""How far contestants get beside the known answer."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.kinds.test_writing.measures import GAIN, KILLED, MUTANTS, Measure, total
from specrun.reports.kinds.test_writing.words import part, things
from specrun.reports.wording import count, number, percent
from specrun.results.model import Results, Trial

Pairs = list[tuple[Trial, Trial]]
"""A contestant's trials, and the known answer's of the same case and repetition."""


def ceiling(results: Results) -> Iterator[Finding]:
    """Set what each contestant gains, and kills, beside the known answer's, pair by pair."""
    answers = [agent.id for agent in results.agents if agent.type == "oracle"]
    groups = selection.by_agent(results)
    for agent, trials in selection.contestants(results).items():
        for answer in answers:
            here_there = pairs(trials, selection.counted(groups[answer]))
            gains = measured(here_there, GAIN)
            kills = measured(here_there, KILLED, MUTANTS)
            if gains:
                stands_on = (trial for pair in gains for trial in pair)
                yield found("ceiling", stands_on, f"{_gains(agent, answer, gains)}{_kills(answer, kills)}.")


def pairs(here: list[Trial], there: list[Trial]) -> Pairs:
    """Return the trials of two agents on the same case in the same repetition."""
    others = {(trial.case, trial.repetition): trial for trial in there}
    keys = [(trial, others.get((trial.case, trial.repetition))) for trial in here]
    return [(trial, other) for trial, other in keys if other is not None]


def measured(both: Pairs, *measures: Measure) -> Pairs:
    """Return the pairs of which both trials have all of the measures."""
    return [
        pair for pair in both if all(measure(trial) is not None for measure in measures for trial in pair)
    ]


def _gains(agent: str, answer: str, both: Pairs) -> str:
    here, there = _sums(both, GAIN)
    share = f" ({percent(here[0] / there[0])})" if there[0] > 0 else ""
    return (
        f"{agent} gains {things(here[0], 'line')} where the known answer, {answer}, gains"
        f" {number(there[0])}{share}, over {count(len(both), 'trial')} of each"
    )


def _kills(answer: str, both: Pairs) -> str:
    if not both:
        return ""
    here, there = _sums(both, KILLED, MUTANTS)
    return (
        f". Of the mutants of its own gain it kills {part(here)}, and {answer} {part(there)},"
        f" over {count(len(both), 'trial')} of each"
    )


def _sums(both: Pairs, *measures: Measure) -> list[tuple[int | float, ...]]:
    totals = (total(trials, *measures) for trials in zip(*both, strict=True))
    return [one.sums for one in totals if one is not None]
