"""Replaying an answer: in a clean workspace, the agent's own commands, with the verdict on the host's side.

Report files are removed before the command that writes them, so that what is read was written by it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from specrun.agents.blame import LeftError, blame
from specrun.measure.reports import REPORT_LIMIT, Coverage, ReportError, TestRun
from specrun.workspaces.base import Command, Enforced, Patch, Step, as_seen, script

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from specrun.graders.answer import Setup
    from specrun.spec.models.common import CoverageReport, StepLimits, TestReport
    from specrun.workspaces.base import Workspace

    RunStep = Callable[..., Awaitable[Step]]
    """Takes the name of a step, its script, and more environment variables if any."""


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What happened when an answer was replayed. What was not reached is None."""

    steps: tuple[Step, ...] = ()
    tests: TestRun | None = None
    tests_problem: str | None = None
    """Why there is no test report."""
    tests_begun: bool = False
    """Whether the tests left a report, though it may not be whole: without any, nothing was even built."""
    reruns: tuple[TestRun | None, ...] = ()
    """The tests again, in the same workspace with other hash seeds; None where there was no report then."""
    coverage: Coverage | None = None
    coverage_problem: str | None = None
    """Why there is no coverage report."""
    changed: Patch = Patch()
    """What the commands changed in the project."""
    changed_problem: str | None = None
    """Why the changes could not be read."""
    enforced: Enforced

    def step(self, name: str) -> Step | None:
        """The step `setup`, `test` or `coverage`, if it was reached."""
        return next((step for step in self.steps if step.name == name), None)


async def replay(
    workspace: Workspace,
    answer: Setup,
    limits: StepLimits,
    *,
    network: bool,
    ignore: tuple[str, ...],
    with_coverage: bool = True,
    runs: int = 1,
) -> Replay:
    """Run an answer's commands in `workspace`, as far as they go: the tests `runs` times."""
    steps: list[Step] = []

    async def run(name: str, text: str, env: dict[str, str] | None = None) -> Step:
        command = Command(name=name, argv=script(text), limits=limits, network=network, env=env or {})
        steps.append(await workspace.run(command))
        return steps[-1]

    reruns: list[TestRun | None] = []
    tests: TestRun | _Unread = _Unread("the setup script failed", begun=False)
    coverage: Coverage | str = "there is no coverage command" if with_coverage else "it was not asked for"
    if not answer.setup_script.strip() or (await run("setup", answer.setup_script)).ok:
        tests = await _tests(workspace, answer, run)
        for number in range(1, runs if isinstance(tests, TestRun) else 1):
            again = await _tests(workspace, answer, _rerun(run, number))
            reruns.append(again if isinstance(again, TestRun) else None)
        if with_coverage and answer.coverage_command.strip():
            coverage = await _coverage(workspace, answer, run)
    changed = await _changed(workspace, ignore)
    return Replay(
        steps=tuple(steps),
        tests=tests if isinstance(tests, TestRun) else None,
        tests_problem=tests.problem if isinstance(tests, _Unread) else None,
        tests_begun=isinstance(tests, TestRun) or tests.begun,
        reruns=tuple(reruns),
        coverage=coverage if isinstance(coverage, Coverage) else None,
        coverage_problem=coverage if isinstance(coverage, str) else None,
        changed=changed if isinstance(changed, Patch) else Patch(),
        changed_problem=changed if isinstance(changed, str) else None,
        enforced=workspace.enforced,
    )


def _rerun(run: RunStep, number: int) -> RunStep:
    """The same, with another order of whatever is hashed: what honest tests must not depend on."""
    env = {"PYTHONHASHSEED": str(number)}
    return lambda name, text: run(f"{name} {number + 1}", text, env)


class _Unread(NamedTuple):
    """Why a test report cannot be read, and whether something of it is there."""

    problem: str
    begun: bool


async def _tests(workspace: Workspace, answer: Setup, run: RunStep) -> TestRun | _Unread:
    """Run the test command and read its report."""
    from specrun.measure.tests import read_tests  # with its libraries, which checking a spec does not need

    if not answer.test_command.strip():
        return _Unread("there is no test command", begun=False)
    if answer.report is None:
        return _Unread("the answer names no test report", begun=False)
    data = b""
    try:
        data = await _written(workspace, answer.report, "test", answer.test_command, run)
        return await asyncio.to_thread(read_tests, answer.report.format, data)
    except ReportError as error:
        return _Unread(f"{answer.report.path}: {error}", begun=bool(data.strip()))


async def _coverage(workspace: Workspace, answer: Setup, run: RunStep) -> Coverage | str:
    """Run the coverage command and read its report. A text says why there is none."""
    from specrun.measure.coverage import read_coverage

    if answer.coverage_report is None:
        return "the answer names no coverage report"
    try:
        data = await _written(workspace, answer.coverage_report, "coverage", answer.coverage_command, run)
        seen, project = str(as_seen(workspace).project), str(workspace.project)
        if answer.coverage_report.format == "gcov-json":  # may be compressed, and needs no look at files
            project = seen
        data = data.replace(seen.encode(), project.encode())
        return await asyncio.to_thread(read_coverage, answer.coverage_report.format, data, project)
    except ReportError as error:
        return f"{answer.coverage_report.path}: {error}"


async def _written(
    workspace: Workspace, report: TestReport | CoverageReport, name: str, command: str, run: RunStep
) -> bytes:
    """Remove a report, run the command that writes it, and give what it wrote. Raises ReportError."""
    try:
        with blame("it cannot be removed"):
            workspace.remove(report.path)
        step = await run(name, command)
        if step.ending != "exited":
            raise ReportError(f"the {name} command was {step.explain()}")
        with blame("it cannot be read"):
            data = workspace.read(report.path, REPORT_LIMIT)
    except LeftError as error:
        raise ReportError(str(error)) from error
    if data is None:
        raise ReportError("the command did not write it")
    return data


async def _changed(workspace: Workspace, ignore: tuple[str, ...]) -> Patch | str:
    """What the commands changed in the project. A text says why it cannot be told."""
    try:
        with blame("what the commands left cannot be kept"):
            return await asyncio.to_thread(workspace.patch, ignore)
    except LeftError as error:
        return str(error)
