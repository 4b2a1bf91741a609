"""`test-running`: can an agent find out whether and how a project's tests run?

The agent gets bare source and a prompt for each of two stages, and leaves `specrun-answer.yaml`. Only that
file counts: it is replayed in a clean workspace, and nothing else that the agent changed is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

from specrun.agents.base import Stage, Task
from specrun.benchmarks.base import Case, UsedGrader
from specrun.benchmarks.truth_checks import truth_problems
from specrun.benchmarks.used_graders import DataPath, grader_errors, used_graders
from specrun.graders.answer import Detect, Setup, read_answer, write_answer
from specrun.graders.base import Graded
from specrun.graders.proof import Prove
from specrun.plan.seeds import derive
from specrun.reports.findings import check_rule
from specrun.spec.effective import effective_project
from specrun.spec.models import Platform, Project, TestRunning
from specrun.spec.problems import Problem, SpecError
from specrun.spec.templates import read_template, render

if TYPE_CHECKING:
    from specrun.agents.record import AgentRun
    from specrun.graders.replaying import Replay
    from specrun.spec.library import Resolved
    from specrun.workspaces.site import Opens

ANSWER_FILE = "specrun-answer.yaml"
STAGES = ("detect", "setup")


class TestRunningKind:
    """The benchmark kind `test-running`."""

    __test__ = False

    def check(self, resolved: Resolved) -> list[Problem]:
        """Graders that do not exist, truth that nobody reads or that is missing, prompts that leak."""
        problems = [
            resolved.origin(place).problem(message) for place, message in self.check_data(resolved.data)
        ]
        for number, rule in enumerate(_model(resolved).findings):
            if (message := check_rule(rule)) is not None:
                problems.append(resolved.origin(("findings", number)).problem(message))
        if problems:
            return problems
        used = self.graders(resolved)
        cases = self.cases(resolved)
        for case in cases:
            prompts = {stage: self._prompt(resolved, stage, case.id) for stage in STAGES}
            problems += truth_problems(case, used, prompts)
        return problems

    def check_data(self, data: dict[str, Any]) -> list[tuple[DataPath, str]]:
        """Graders that do not exist."""
        return list(grader_errors(data))

    def cases(self, resolved: Resolved) -> tuple[Case, ...]:
        """One case for each project."""
        return tuple(_case(project) for project in resolved.parts["projects"])

    def graders(self, resolved: Resolved) -> tuple[UsedGrader, ...]:
        """The graders, in the order of the spec."""
        model = _model(resolved)
        return used_graders(model.graders, model.passing)

    def task(self, resolved: Resolved, case: Case) -> Task:
        """Two stages with a prompt each, and the answer file."""
        model = _model(resolved)
        return Task(
            case=case.id,
            stages=tuple(Stage(stage, self._prompt(resolved, stage, case.id)) for stage in STAGES),
            answer_file=ANSWER_FILE,
            limits=model.limits.agent,
            network=model.network == "host",
            ignore=case.project.paths.ignore,
            known_answer=known_answer(case.project),
        )

    def graded(self, resolved: Resolved, case: Case, run: AgentRun, site: Opens, prove: Prove) -> Graded:
        """The record with its answer, and the ways to replay it."""
        model = _model(resolved)
        answer = read_answer(run.answer)

        async def replay_edited(name: str, edits: dict[str, bytes], with_coverage: bool) -> Replay:
            from specrun.graders.replaying import replay  # slow to import, and checking a spec does without

            async with site.open(name, edits) as workspace:
                return await replay(
                    workspace,
                    answer.setup or Setup(),
                    model.limits.grade,
                    network=model.network == "host",
                    ignore=case.project.paths.ignore,
                    with_coverage=with_coverage,
                )

        return Graded(
            run=run,
            answer=answer,
            project=case.project,
            language=case.language,
            tree=site.tree.path,
            writable=frozenset({ANSWER_FILE}),
            seed=_canary_seed(model, case),
            replay=once(lambda: replay_edited("replay", {}, True)),
            replay_edited=replay_edited,
            prove=prove,
        )

    def grading(self, resolved: Resolved, case: Case) -> dict[str, object]:
        """Truth, layout, and what a replayed command may use."""
        model = _model(resolved)
        return {
            "truth": case.project.truth,
            "paths": case.project.paths,
            "language": case.language,
            "limits": model.limits.grade,
            "network": model.network,
            "seed": _canary_seed(model, case),
            "known answer": known_answer(case.project).decode(),
        }

    def _prompt(self, resolved: Resolved, stage: str, case: str) -> str:
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


def once(make: Callable[[], Awaitable[Replay]]) -> Callable[[], Awaitable[Replay]]:
    """`make`, called at most once, whoever asks first."""
    import asyncio  # slow to import, and checking a spec does without

    lock = asyncio.Lock()
    made: list[Replay] = []

    async def get() -> Replay:
        async with lock:
            if not made:
                made.append(await make())
        return made[0]

    return get


def _case(resolved: Resolved) -> Case:
    platform = cast("Platform", resolved.parts["platform"][0].model)
    return Case(
        project=effective_project(resolved),
        language=platform.language,
        platform=platform.id,
        resolved=resolved,
    )


def _canary_seed(model: TestRunning, case: Case) -> int:
    return derive(model.seed, case.id, "", 0, "canary")


def _model(resolved: Resolved) -> TestRunning:
    return cast("TestRunning", resolved.model)
