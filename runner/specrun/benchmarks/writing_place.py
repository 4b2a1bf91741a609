"""The place of one case of test-writing: agents work in a project that is set up, patches are measured."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.availability import site_for
from specrun.agents.registry import AGENT_TYPES
from specrun.benchmarks.once import once
from specrun.benchmarks.project_place import Found, ProjectPlace, WatchedSite
from specrun.benchmarks.projects import right_commands
from specrun.graders.collecting import Collected, collect
from specrun.graders.replaying import replay
from specrun.graders.written import Written
from specrun.measure.paths import matches
from specrun.plan.seeds import derive
from specrun.spec.digest import digest
from specrun.spec.values import Duration
from specrun.workspaces.base import Command, script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from specrun.agents.base import AgentSpec, OpenLine, Task
    from specrun.agents.record import AgentRun
    from specrun.benchmarks.base import Roster, Verdict, Watch
    from specrun.benchmarks.test_writing import WritingCase
    from specrun.graders.replaying import Replay
    from specrun.graders.written import Baseline
    from specrun.spec.models import TestWriting
    from specrun.workspaces.base import Change, Workspace
    from specrun.workspaces.site import Edits, Opens


class WritingPlace(ProjectPlace):
    """One case of test-writing."""

    def __init__(
        self,
        model: TestWriting,
        task: Task,
        case: WritingCase,
        found: Found,
        baseline: Baseline,
        writable: tuple[str, ...],
        roster: Roster,
    ) -> None:
        super().__init__(case, task, found, roster)
        self.baseline = baseline
        self._model = model
        self._commands = right_commands(case.project)
        self._scope = frozenset(pair.source for pair in case.files)
        self._writable = writable
        self._seed = derive(model.seed, case.id, "", 0, "mutants")
        self.sources = digest({"source": found.source, "known answer": task.known_answer.identity})
        self.components = {**self.components, "setup": digest(self._commands.setup_script)}
        self.grading: dict[str, object] = {
            "baseline": baseline,
            "commands": self._commands,
            "paths": case.project.paths,
            "language": case.language,
            "limits": model.limits.grade,
            "network": model.network,
            "reruns": model.reruns,
            "scope": sorted(self._scope),
            "seed": self._seed,
            "writable": writable,
        }

    async def work(self, agent: AgentSpec, watch: Watch, open_line: OpenLine | None) -> AgentRun:
        """Give the task to the agent, in a workspace in which the project is set up."""
        worker = AGENT_TYPES[agent.model.type]  # type: ignore[attr-defined]
        site = WatchedSite(site_for(agent, self.site), watch)
        run: AgentRun = await worker.work(agent, self.task, lambda: self._set_up(site), open_line)
        return run

    @asynccontextmanager
    async def _set_up(self, site: Opens) -> AsyncIterator[Workspace]:
        async with site.open("work", {}) as workspace:
            if self._commands.setup_script.strip():
                command = Command(
                    name="setup",
                    argv=script(self._commands.setup_script),
                    limits=self._model.limits.grade,
                    network=self.task.network,
                )
                step = await workspace.run(command)
                if not step.ok:  # The baseline has shown that it works.
                    raise OSError(f"the project could not be set up: {step.explain()}")
            yield workspace

    async def broken(self, probe: Callable[[str], Awaitable[Verdict]]) -> str | None:
        """The project's own tests must be steady, then as for every project."""
        if self.baseline.problem is not None or not self._model.probed:
            return self.baseline.problem
        return await super().broken(probe)

    def graded(self, run: AgentRun, watch: Watch) -> Written:
        """The record with the ways to measure its patch."""
        site = WatchedSite(self.site, watch)
        delivered = self.site.delivered()
        may_write = matches(self._writable)

        async def collected() -> Collected:
            paths = self.case.project.paths
            return await asyncio.to_thread(collect, delivered, run.patch.diff, paths, may_write)

        collecting = once(collected)

        async def measure() -> Replay:
            return await self._measure(
                site, "graded", (await collecting()).allowed, coverage=True, runs=self._model.reruns
            )

        async def measure_edited(
            name: str, edits: dict[str, bytes], *, coverage: bool = False, wall: float | None = None
        ) -> Replay:
            changes = {change.path: change for change in (await collecting()).allowed}
            # What the patch left alone is changed in the commit itself, so that git does not show it.
            base = {path: content for path, content in edits.items() if path not in changes}
            for path in edits.keys() - base.keys():
                changes[path] = msgspec.structs.replace(changes[path], content=edits[path])
            return await self._measure(
                site, name, changes.values(), edits=base, coverage=coverage, runs=1, wall=wall
            )

        return Written(
            run=run,
            project=self.case.project,
            language=self.case.language,
            base=delivered.worktree,
            scope=self._scope,
            seed=self._seed,
            baseline=self.baseline,
            collect=collecting,
            measure=once(measure),
            measure_edited=measure_edited,
        )

    async def _measure(
        self,
        site: Opens,
        name: str,
        changes: Iterable[Change],
        *,
        edits: Edits | None = None,
        coverage: bool,
        runs: int,
        wall: float | None = None,
    ) -> Replay:
        """Measure the delivered project with some changes, in a workspace of its own."""
        limits = self._model.limits.grade
        if wall is not None and wall < limits.wall.seconds:
            limits = msgspec.structs.replace(limits, wall=Duration(f"{wall}s"), idle=None)
        async with site.open(name, edits or {}) as workspace:
            await asyncio.to_thread(workspace.apply, changes)
            return await replay(
                workspace,
                self._commands,
                limits,
                network=self.task.network,
                ignore=self.case.project.paths.ignore,
                with_coverage=coverage,
                runs=runs,
            )
