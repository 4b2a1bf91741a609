"""The place of one project whose tests are to be run: answers are replayed there, and canaries proven."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from specrun.agents.record import AgentRun
from specrun.benchmarks.once import once
from specrun.benchmarks.project_place import Found, ProjectPlace, WatchedSite
from specrun.graders.answer import ANSWER_FILE, Setup, read_answer
from specrun.graders.canaries import prove
from specrun.graders.replayable import Replayable
from specrun.graders.replaying import replay
from specrun.plan.seeds import derive

if TYPE_CHECKING:
    from specrun.agents.base import Task
    from specrun.benchmarks.base import Roster, Watch
    from specrun.benchmarks.projects import ProjectCase
    from specrun.graders.proof import Proof
    from specrun.graders.replaying import Replay
    from specrun.spec.models import TestRunning
    from specrun.workspaces.site import Opens


class TestRunningPlace(ProjectPlace):
    """One project whose tests are to be run."""

    __test__ = False

    def __init__(
        self, model: TestRunning, task: Task, case: ProjectCase, found: Found, roster: Roster
    ) -> None:
        super().__init__(case, task, found, roster)
        self._model = model
        self._seed = derive(self._model.seed, case.id, "", 0, "canary")
        self._proofs: dict[int, Callable[[], Awaitable[Proof]]] = {}
        self.grading: dict[str, object] = {
            "truth": case.project.truth,
            "paths": case.project.paths,
            "language": case.language,
            "limits": self._model.limits.grade,
            "network": self._model.network,
            "seed": self._seed,
            "known answer": (self.task.known_answer.file or b"").decode(),
        }

    def graded(self, run: AgentRun, watch: Watch) -> Replayable:
        """The record with its answer, and the ways to replay it."""
        return self._graded(run, WatchedSite(self.site, watch))

    def _graded(self, run: AgentRun, site: Opens) -> Replayable:
        answer = read_answer(run.answer)
        project = self.case.project

        async def replay_edited(name: str, edits: dict[str, bytes], with_coverage: bool) -> Replay:
            async with site.open(name, edits) as workspace:
                return await replay(
                    workspace,
                    answer.setup or Setup(),
                    self._model.limits.grade,
                    network=self.task.network,
                    ignore=project.paths.ignore,
                    with_coverage=with_coverage,
                )

        return Replayable(
            run=run,
            answer=answer,
            project=project,
            language=self.case.language,
            tree=self.site.delivered().worktree,
            writable=frozenset({ANSWER_FILE}),
            seed=self._seed,
            replay=once(lambda: replay_edited("replay", {}, True)),
            replay_edited=replay_edited,
            prove=self._prove,
        )

    async def _prove(self, count: int) -> Proof:
        """What the known answer shows of the canaries: found out once in a run, and only if a grader asks."""

        async def make() -> Proof:
            return await prove(self._graded(AgentRun(answer=self.task.known_answer.file), self.site), count)

        return await self._proofs.setdefault(count, once(make))()
