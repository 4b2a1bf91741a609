"""Who gains most lines and who kills most mutants, on what all of them were measured on."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.kinds.test_writing.measures import GAIN, KILLED, MISSED, MUTANTS, Measure, Total, total
from specrun.reports.kinds.test_writing.words import some_of
from specrun.reports.wording import count, listing
from specrun.results.model import Results, Trial


def most_gained(results: Results) -> Iterator[Finding]:
    """Name who gains most lines."""
    yield from _most(results, "most-gained", ("gains", "gain"), "missed line", GAIN, MISSED)


def most_killed(results: Results) -> Iterator[Finding]:
    """Name who kills most mutants. They are of each agent's own gain, so the number counts, not the share."""
    yield from _most(results, "most-killed", ("kills", "kill"), "mutant", KILLED, MUTANTS)


def _most(
    results: Results, rule: str, verbs: tuple[str, str], noun: str, measure: Measure, whole: Measure
) -> Iterator[Finding]:
    totals = _alike(results, measure, whole)
    if len(totals) < 2:
        return
    most = max(one.sums[0] for one in totals.values())
    best = {agent: one for agent, one in totals.items() if one.sums[0] == most}
    trials = [trial for one in totals.values() for trial in one.trials]
    names = [f"{agent} ({some_of(one.sums)})" for agent, one in best.items()]
    who = f"{listing(names)} {verbs[len(names) > 1]} most" if most > 0 else f"none {verbs[0]} any"
    cases = count(len(selection.cases(trials)), "case")
    yield found(rule, trials, f"Of {len(totals):,} agents, compared on the same {cases}, {who} {noun}s.")


def _alike(results: Results, *measures: Measure) -> dict[str, Total]:
    """Add up what each contestant has, over the cases and repetitions that were measured for all of them."""
    totals = {agent: total(trials, *measures) for agent, trials in selection.contestants(results).items()}
    known = {agent: one.trials for agent, one in totals.items() if one is not None}
    shared = (
        set.intersection(*({_key(trial) for trial in trials} for trials in known.values()))
        if known
        else set()
    )
    alike = {
        agent: total([trial for trial in trials if _key(trial) in shared], *measures)
        for agent, trials in known.items()
    }
    return {agent: one for agent, one in alike.items() if one is not None}


def _key(trial: Trial) -> tuple[str, int]:
    return trial.case, trial.repetition
