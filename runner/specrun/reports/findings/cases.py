"""Cases that do not tell the agents apart."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import listing, portion
from specrun.results.model import Results, Trial


def not_discriminating(results: Results) -> Iterator[Finding]:
    """Name the cases that all contestants pass, or that none of them passes. It takes two to differ."""
    groups = selection.contestants(results)
    counted = selection.by_case(trial for trials in groups.values() for trial in trials)
    shared = {
        case: trials
        for case, trials in counted.items()
        if len({trial.agent for trial in trials}) == len(groups) >= 2
    }
    for verb, wanted in (("pass", True), ("fail", False)):
        alike = {case: trials for case, trials in shared.items() if _all(trials, passed=wanted)}
        if alike:
            yield found(
                "not-discriminating",
                (trial for trials in alike.values() for trial in trials),
                f"All of {listing(list(groups))} {verb} {portion(len(alike), len(shared), 'case')}"
                f" that count for each of them, so these do not tell them apart: {listing(list(alike))}.",
            )


def _all(trials: list[Trial], *, passed: bool) -> bool:
    return all((trial.outcome == "passed") == passed for trial in trials)
