"""`test-running`: can an agent find out whether and how a project's tests run?

The agent gets bare source and a prompt for each of two stages, and leaves `specrun-answer.yaml`. Only that
file counts: it is replayed in a clean workspace, and nothing else that the agent changed is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from specrun.agents.base import Stage, Task
from specrun.agents.record import AgentRun
from specrun.benchmarks.base import Case, DataPath, Place, Roster, Surroundings
from specrun.benchmarks.projects import (
    Found,
    ProjectCase,
    ProjectPlace,
    WatchedSite,
    fetch_project,
    find_all,
    project_case,
    project_roster,
)
from specrun.benchmarks.truth_checks import truth_problems
from specrun.benchmarks.used_graders import used_graders
from specrun.graders.answer import Detect, Setup, read_answer, write_answer
from specrun.graders.canaries import prove
from specrun.graders.replayable import Replayable
from specrun.plan.seeds import derive
from specrun.spec.models import Project, TestRunning
from specrun.spec.problems import Problem, SpecError
from specrun.spec.templates import read_template, render

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.benchmarks.base import Watch
    from specrun.graders.proof import Proof
    from specrun.graders.replaying import Replay
    from specrun.spec.library import Resolved
    from specrun.workspaces.site import Opens

ANSWER_FILE = "specrun-answer.yaml"
STAGES = ("detect", "setup")


class TestRunningKind:
    """The benchmark kind `test-running`."""

    __test__ = False
    graded = Replayable

    def check(self, resolved: Resolved) -> list[Problem]:
        """Truth that nobody reads or that is missing, prompts that leak."""
        used = used_graders(_model(resolved))
        problems: list[Problem] = []
        for case in self.cases(resolved):
            prompts = {stage: _prompt(resolved, stage, case.id) for stage in STAGES}
            problems += truth_problems(case, used, prompts)
        return problems

    def check_data(self, data: dict[str, Any]) -> list[tuple[DataPath, str]]:
        """Nothing: all that needs only the data is the same for every kind."""
        del data
        return []

    def online(self, resolved: Resolved) -> DataPath | None:
        """The key `network`, if it opens it."""
        return ("network",) if _model(resolved).network == "host" else None

    def cases(self, resolved: Resolved) -> tuple[ProjectCase, ...]:
        """One case for each project."""
        return tuple(project_case(project) for project in resolved.parts["projects"])

    def roster(self, resolved: Resolved, surroundings: Surroundings) -> Roster:
        """The agents that the spec names."""
        return project_roster(resolved, surroundings)

    async def places(
        self, resolved: Resolved, cases: Sequence[Case], surroundings: Surroundings
    ) -> Sequence[Place]:
        """The projects with their source and tools."""
        mine = [case for case in cases if isinstance(case, ProjectCase)]
        found = await find_all(mine, surroundings)
        roster = self.roster(resolved, surroundings)
        return [
            TestRunningPlace(resolved, case, each, roster) for case, each in zip(mine, found, strict=True)
        ]

    def fetch(self, resolved: Resolved, case: Case, cache: Path) -> str | None:
        """Bring a project's source and tools."""
        del resolved
        return fetch_project(case, cache)


class TestRunningPlace(ProjectPlace):
    """One project whose tests are to be run."""

    __test__ = False

    def __init__(self, resolved: Resolved, case: ProjectCase, found: Found, roster: Roster) -> None:
        super().__init__(case, _task(resolved, case), found, roster)
        self._model = _model(resolved)
        self._seed = derive(self._model.seed, case.id, "", 0, "canary")
        self._proofs: dict[int, Callable[[], Awaitable[Proof]]] = {}
        self.grading: dict[str, object] = {
            "truth": case.project.truth,
            "paths": case.project.paths,
            "language": case.language,
            "limits": self._model.limits.grade,
            "network": self._model.network,
            "seed": self._seed,
            "known answer": self.task.known_answer.decode(),
        }

    def graded(self, run: AgentRun, watch: Watch) -> Replayable:
        """The record with its answer, and the ways to replay it."""
        return self._graded(run, WatchedSite(self.site, watch))

    def _graded(self, run: AgentRun, site: Opens) -> Replayable:
        answer = read_answer(run.answer)
        project = self.case.project

        async def replay_edited(name: str, edits: dict[str, bytes], with_coverage: bool) -> Replay:
            from specrun.graders.replaying import replay  # slow to import, and checking a spec does without

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
            tree=site.tree.path,
            writable=frozenset({ANSWER_FILE}),
            seed=self._seed,
            replay=once(lambda: replay_edited("replay", {}, True)),
            replay_edited=replay_edited,
            prove=self._prove,
        )

    async def _prove(self, count: int) -> Proof:
        """What the known answer shows of the canaries: found out once in a run, and only if a grader asks."""

        async def make() -> Proof:
            return await prove(self._graded(AgentRun(answer=self.task.known_answer), self.site), count)

        return await self._proofs.setdefault(count, once(make))()


def _task(resolved: Resolved, case: ProjectCase) -> Task:
    """Two stages with a prompt each, and the answer file."""
    model = _model(resolved)
    return Task(
        case=case.id,
        stages=tuple(Stage(stage, _prompt(resolved, stage, case.id)) for stage in STAGES),
        answer_file=ANSWER_FILE,
        limits=model.limits.agent,
        network=model.network == "host",
        ignore=case.project.paths.ignore,
        known_answer=known_answer(case.project),
    )


def _prompt(resolved: Resolved, stage: str, case: str) -> str:
    file = resolved.path.parent / getattr(_model(resolved).prompts, stage)
    try:
        return render(read_template(file), case_id=case, answer_file=ANSWER_FILE, stage=stage)
    except ValueError as error:
        raise SpecError([Problem(file, 1, 1, str(error))]) from error


def known_answer(project: Project) -> bytes:
    """The answer file that says the truth of a project, with its right commands."""
    detect = Detect(project.truth.tests_present, project.truth.frameworks)
    if not project.truth.tests_present:
        return write_answer(detect, Setup())
    commands = project.commands
    return write_answer(
        detect,
        Setup(
            setup_script=commands.setup or "",
            test_command=commands.test or "",
            report=commands.report,
            coverage_command=commands.coverage or "",
            coverage_report=commands.coverage_report,
        ),
    )


Value = TypeVar("Value")


def once(make: Callable[[], Awaitable[Value]]) -> Callable[[], Awaitable[Value]]:
    """`make`, called at most once, whoever asks first."""
    import asyncio  # slow to import, and checking a spec does without

    lock = asyncio.Lock()
    made: list[Value] = []

    async def get() -> Value:
        async with lock:
            if not made:
                made.append(await make())
        return made[0]

    return get


def _model(resolved: Resolved) -> TestRunning:
    return cast("TestRunning", resolved.model)
