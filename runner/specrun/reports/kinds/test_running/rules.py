"""What the graders of this kind found: broken integrity, and detection that does not agree with replay."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import because, listing, portion
from specrun.results.model import Results, ScoreStatus, Trial

INTEGRITY = "integrity"
DETECTION = "detection"
REPLAY = "replay"


def integrity(results: Results) -> Iterator[Finding]:
    """Name every trial that does not pass integrity, with the evidence."""
    for trial in results.trials:
        score = trial.score(INTEGRITY)
        if score is not None and score.status == "failed":
            evidence = "; ".join(text.rstrip(". ") for text in score.evidence)
            yield found(
                "integrity",
                [trial],
                f"{trial.agent} does not pass integrity in {trial.name}{because(evidence)}",
            )


def detection_and_replay(results: Results) -> Iterator[Finding]:
    """Say where a contestant knows what the tests are and cannot run them, or the other way round."""
    for agent, trials in selection.contestants(results).items():
        for right, wrong in ((DETECTION, REPLAY), (REPLAY, DETECTION)):
            split = [
                trial
                for trial in trials
                if (_verdict(trial, right), _verdict(trial, wrong)) == ("passed", "failed")
            ]
            if split:
                yield found(
                    "detection-and-replay",
                    split,
                    f"{agent} passes {right} but fails {wrong} in"
                    f" {portion(len(split), len(trials), 'counted trial')}:"
                    f" {listing(selection.cases(split))}.",
                )


def _verdict(trial: Trial, grader: str) -> ScoreStatus | None:
    score = trial.score(grader)
    return None if score is None else score.status
