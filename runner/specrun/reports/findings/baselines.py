"""Whether the cases tell nothing from everything: nop must fail them and the oracle must pass them."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import listing, portion
from specrun.results.model import Results


def separation(results: Results) -> Iterator[Finding]:
    """Say on which cases nop fails and the oracle passes, where both count."""
    kinds = {agent.id: agent.type for agent in results.agents}
    trials = [
        trial for trial in selection.counted(results.trials) if kinds[trial.agent] in selection.BASELINES
    ]
    both = {
        case: group
        for case, group in selection.by_case(trials).items()
        if {kinds[trial.agent] for trial in group} == selection.BASELINES
    }
    wrong = [
        case
        for case, group in both.items()
        if any((trial.outcome == "passed") != (kinds[trial.agent] == "oracle") for trial in group)
    ]
    if both:
        exceptions = f"; not on {listing(wrong)}" if wrong else ""
        yield found(
            "separation",
            (trial for group in both.values() for trial in group),
            f"nop fails and the oracle passes on {portion(len(both) - len(wrong), len(both), 'case')}"
            f" where both count{exceptions}.",
        )
