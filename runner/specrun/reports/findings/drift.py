"""Agents that say that they have used something else than what was counted."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.drift import Drift, drifts
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import listing, number, portion
from specrun.results.model import Results

TOLERATED = 0.01
"""The share of what was counted by which a claim may be off without a word."""


def drift(results: Results) -> Iterator[Finding]:
    """Name the trials whose claim is off by more than 1%, for each agent."""
    for agent, trials in selection.by_agent(results).items():
        compared = {trial.name: drifts([trial]) for trial in trials}
        claiming = [trial for trial in trials if compared[trial.name]]
        wrong = [trial for trial in claiming if any(map(_is_off, compared[trial.name]))]
        if wrong:
            told = [_told(trial.name, one) for trial in wrong for one in compared[trial.name] if _is_off(one)]
            yield found(
                "drift",
                wrong,
                f"{agent} claims tokens that are off by more than 1% in"
                f" {portion(len(wrong), len(claiming), 'trial')} with a claim: {listing(told)}.",
            )


def _is_off(drift: Drift) -> bool:
    return abs(drift.difference) > TOLERATED * drift.counted


def _told(name: str, drift: Drift) -> str:
    return f"{name} ({drift.kind} {number(drift.claimed)} claimed, {number(drift.counted)} counted)"
