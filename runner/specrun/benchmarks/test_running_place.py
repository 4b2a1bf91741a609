"""The place of one project whose tests are to be run: answers are replayed there, and canaries proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.record import AgentRun
from specrun.benchmarks.once import once, once_each
from specrun.benchmarks.project_place import Found, ProjectPlace, WatchedSite
from specrun.graders.answer import ANSWER_FILE, Answer, Setup, read_answer
from specrun.graders.canaries import prove
from specrun.graders.replayable import Replayable
from specrun.graders.replaying import replay
from specrun.graders.retelling import retell
from specrun.plan.seeds import derive

if TYPE_CHECKING:
    from specrun.agents.base import Task
    from specrun.benchmarks.base import Roster, Watch
    from specrun.benchmarks.projects import ProjectCase
    from specrun.graders.proof import Proof
    from specrun.graders.replayable import ReplayEdited
    from specrun.graders.replaying import Replay
    from specrun.spec.models import TestRunning
    from specrun.workspaces.site import Opens

    Wanted = tuple[tuple[tuple[str, bytes], ...], bool]
    """A replay: the files that are changed, each with its content, and whether coverage is measured too."""


class TestRunningPlace(ProjectPlace):
    """One project whose tests are to be run."""

    __test__ = False

    def __init__(
        self, model: TestRunning, task: Task, case: ProjectCase, found: Found, roster: Roster
    ) -> None:
        super().__init__(case, task, found, roster)
        self._model = model
        self._seed = derive(self._model.seed, case.id, "", 0, "canary")
        self._known = read_answer(task.known_answer.file)
        self._known_replay = once_each(self._make_known_replay)
        self._prove = once_each(self._make_proof)
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
        """The record with its answer, and the ways to replay it.

        The known answer is replayed once for all who give it and for the proof, and each has it in the log.
        """
        answer = read_answer(run.answer)
        site = WatchedSite(self.site, watch)

        async def replay_edited(name: str, edits: dict[str, bytes], with_coverage: bool) -> Replay:
            if answer.setup != self._known.setup:
                return await self._replay(site, name, answer.setup, edits, with_coverage)
            known = await self._replay_known(name, edits, with_coverage)
            await retell(known, lambda past: watch.opened(name, past), self._model.limits.grade)
            return known

        return self._replayable(run, answer, replay_edited)

    def _replayable(self, run: AgentRun, answer: Answer, replay_edited: ReplayEdited) -> Replayable:
        return Replayable(
            run=run,
            answer=answer,
            project=self.case.project,
            language=self.case.language,
            tree=self.site.delivered().worktree,
            writable=frozenset({ANSWER_FILE}),
            seed=self._seed,
            replay=once(lambda: replay_edited("replay", {}, True)),
            replay_edited=replay_edited,
            prove=self._prove,
        )

    async def _replay(
        self, site: Opens, name: str, setup: Setup | None, edits: dict[str, bytes], with_coverage: bool
    ) -> Replay:
        async with site.open(name, edits) as workspace:
            return await replay(
                workspace,
                setup or Setup(),
                self._model.limits.grade,
                network=self.task.network,
                ignore=self.case.project.paths.ignore,
                with_coverage=with_coverage,
            )

    async def _replay_known(self, name: str, edits: dict[str, bytes], with_coverage: bool) -> Replay:
        del name
        return await self._known_replay((tuple(sorted(edits.items())), with_coverage))

    async def _make_known_replay(self, wanted: Wanted) -> Replay:
        edits, with_coverage = wanted
        return await self._replay(self.site, "known", self._known.setup, dict(edits), with_coverage)

    async def _make_proof(self, count: int) -> Proof:
        """What the known answer shows of the canaries: found out once in a run, and only if a grader asks."""
        run = AgentRun(answer=self.task.known_answer.file)
        return await prove(self._replayable(run, self._known, self._replay_known), count)
