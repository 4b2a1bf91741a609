"""Where each agent fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import label, listing, portion
from specrun.results.model import COUNTED, OUTCOMES, Results, Trial

UNJUDGED = [outcome for outcome in OUTCOMES if outcome in COUNTED - {"passed", "failed"}]
"""Outcomes that count although nothing was judged."""


def worst_grader(results: Results) -> Iterator[Finding]:
    """Name the grader that a contestant fails most, among those that it must pass."""
    required = [grader.name for grader in results.graders if grader.required]
    for agent, trials in selection.contestants(results).items():
        failed: dict[str, list[Trial]] = defaultdict(list)
        for trial in trials:
            for score in trial.scores:
                if score.status == "failed":
                    failed[score.grader].append(trial)
        most = max((len(failed[grader]) for grader in required), default=0)
        worst = [grader for grader in required if most and len(failed[grader]) == most]
        if worst:
            names = {trial.name for grader in worst for trial in failed[grader]}
            stands_on = [trial for trial in trials if trial.name in names]
            yield found(
                "worst-grader",
                stands_on,
                f"{agent} fails {listing(worst)} most often, {'' if len(worst) == 1 else 'each '}in"
                f" {portion(most, len(trials), 'counted trial')}: {listing(selection.cases(stands_on))}.",
            )


def endings(results: Results) -> Iterator[Finding]:
    """Say where a contestant did not get as far as being judged."""
    for agent, trials in selection.contestants(results).items():
        for outcome in UNJUDGED:
            ended = [trial for trial in trials if trial.outcome == outcome]
            if ended:
                yield found(
                    "endings",
                    ended,
                    f"{agent} ends with {label(outcome)} in"
                    f" {portion(len(ended), len(trials), 'counted trial')}:"
                    f" {listing(selection.cases(ended))}.",
                )
