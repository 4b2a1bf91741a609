"""`test-running`: can an agent find out whether and how a project's tests run?

The agent gets bare source and a prompt for each of two stages, and leaves `specrun-answer.yaml`. Only that
file counts: it is replayed in a clean workspace, and nothing else that the agent changed is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from specrun.agents.base import KnownAnswer, Stage, Task
from specrun.benchmarks.base import Case, DataPath, Place, Roster, Surroundings
from specrun.benchmarks.model_checks import model_problems
from specrun.benchmarks.projects import ProjectCase, project_case, project_roster, right_commands
from specrun.benchmarks.truth_checks import truth_problems
from specrun.benchmarks.used_graders import used_graders
from specrun.benchmarks.writing_checks import WHOLE_PROJECT, absent_placeholders
from specrun.graders.answer import ANSWER_FILE, Detect, Setup, write_answer
from specrun.graders.replayable import Replayable
from specrun.spec.models import Project, TestRunning
from specrun.spec.problems import Problem, SpecError
from specrun.spec.templates import read_template, render

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.library import Resolved

STAGES = ("detect", "setup")


class TestRunningKind:
    """The benchmark kind `test-running`."""

    __test__ = False
    graded = Replayable

    def check(self, resolved: Resolved) -> list[Problem]:
        """Truth that nobody reads or that is missing, prompts that leak, agents that want a file."""
        used = used_graders(_model(resolved), self.graded)
        problems: list[Problem] = []
        for case in self.cases(resolved):
            prompts = {
                stage: (_prompt_file(resolved, stage), _prompt(resolved, stage, case.id)) for stage in STAGES
            }
            problems += truth_problems(case, used, prompts)
        for agent in resolved.parts["agents"]:
            problems += absent_placeholders(agent, WHOLE_PROJECT)
        return [*problems, *model_problems(resolved)]

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
        from specrun.benchmarks.project_place import find_all  # slow to import, and checking does without
        from specrun.benchmarks.test_running_place import TestRunningPlace

        mine = [case for case in cases if isinstance(case, ProjectCase)]
        found = await find_all(mine, surroundings)
        roster = self.roster(resolved, surroundings)
        return [
            TestRunningPlace(_model(resolved), _task(resolved, case), case, each, roster)
            for case, each in zip(mine, found, strict=True)
        ]

    def fetch(self, resolved: Resolved, case: Case, cache: Path) -> str | None:
        """Bring a project's source and tools."""
        from specrun.benchmarks.project_place import fetch_project

        del resolved
        return fetch_project(case, cache)


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
        known_answer=KnownAnswer(file=known_answer(case.project)),
    )


def _prompt_file(resolved: Resolved, stage: str) -> Path:
    path: Path = resolved.path.parent / getattr(_model(resolved).prompts, stage)
    return path


def _prompt(resolved: Resolved, stage: str, case: str) -> str:
    file = _prompt_file(resolved, stage)
    try:
        return render(read_template(file), case_id=case, answer_file=ANSWER_FILE, stage=stage)
    except ValueError as error:
        raise SpecError([Problem(file, 1, 1, str(error))]) from error


def known_answer(project: Project) -> bytes:
    """The answer file that says the truth of a project, with its right commands."""
    detect = Detect(project.truth.tests_present, project.truth.frameworks)
    if not project.truth.tests_present:
        return write_answer(detect, Setup())
    return write_answer(detect, right_commands(project))


def _model(resolved: Resolved) -> TestRunning:
    return cast("TestRunning", resolved.model)
