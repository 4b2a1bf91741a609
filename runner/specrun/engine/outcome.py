"""From a record and its scores to the trial's outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from specrun.agents.record import AgentRun
    from specrun.results.model import Outcome, Score


def decide(run: AgentRun, scores: tuple[Score, ...], required: Collection[str]) -> tuple[Outcome, str | None]:
    """The outcome, and why.

    A trial passes if a required grader passed and none failed. One that no required grader applies to has
    shown nothing, and fails. A grader's own error is the machine's failure, never the agent's.
    """
    if run.status != "done":
        return run.status, run.reason
    judged = [score for score in scores if score.grader in required]
    for score in judged:
        if score.status == "error":
            return "infra_error", f"{score.grader}: {'; '.join(score.evidence)}"
    failed = [score for score in judged if score.status == "failed"]
    if failed:
        return "failed", "; ".join(f"{score.grader}: {', '.join(score.evidence)}" for score in failed)
    if not any(score.status == "passed" for score in judged):
        return "failed", "no required grader applies"
    return "passed", None
