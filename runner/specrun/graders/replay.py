"""`replay`: do the answer's commands work in a clean workspace, and leave the reports they promise?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.replayable import Replayable

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "replay"


async def grade(graded: Replayable, options: NoOptions) -> Score:
    """Pass if set-up succeeds and both the tests and the coverage leave a report that can be read."""
    del options
    if not graded.project.truth.tests_present:
        return score(NAME, "not_applicable", "the project has no tests")
    if graded.answer.setup is None:
        return score(NAME, "failed", *graded.answer.problems)
    replay = await graded.replay()
    setup = replay.step("setup")
    evidence = [f"the setup script: {setup.explain()}"] if setup and not setup.ok else []
    if not evidence:
        evidence = [problem for problem in (replay.tests_problem, replay.coverage_problem) if problem]
    if replay.tests is not None and replay.tests.ran == 0:
        evidence.append("no test ran")
    return score(NAME, "failed" if evidence else "passed", *evidence)


GRADER = Grader(
    name=NAME,
    title="The answer's commands work in a clean workspace and leave their reports",
    version=2,
    grade=grade,
    subject=Replayable,
    reads=frozenset({"tests_present"}),
)
