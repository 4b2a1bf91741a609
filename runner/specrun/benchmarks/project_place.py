"""The place of one project: finding what it needs, and letting agents work on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.availability import needs_component, site_for
from specrun.agents.base import AgentSpec, KnownAnswer, Task
from specrun.agents.registry import AGENT_TYPES
from specrun.benchmarks.base import Case, Roster, Surroundings
from specrun.benchmarks.projects import ProjectCase
from specrun.events.payloads import RunStart, SandboxLimits
from specrun.plan.trial import RECORD_FORMAT
from specrun.spec.digest import digest
from specrun.spec.models import NopAgent, OracleAgent
from specrun.spec.problems import SpecError
from specrun.workspaces import sources, toolchain
from specrun.workspaces.cache import FetchError
from specrun.workspaces.site import Site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from specrun.agents.base import OpenLine
    from specrun.agents.record import AgentRun
    from specrun.benchmarks.base import Verdict, Watch
    from specrun.workspaces.base import Workspace
    from specrun.workspaces.site import Edits

NOT_HERE = "not here"
"""Stands in a key for what this machine does not have."""


def fetch_project(case: Case, cache: Path) -> str | None:
    """Bring a case's source and tools into the cache; returns what went wrong."""
    assert isinstance(case, ProjectCase)
    try:
        toolchain.fetch(case.project.tools, cache)
        sources.fetch(case.project.source, case.resolved.path.parent, case.resolved.root, cache)
    except FetchError as error:
        return str(error)
    tools = toolchain.provide(case.project.tools, cache)
    return tools.reason if isinstance(tools, toolchain.Unavailable) else None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a case on this machine."""

    site: Site | None
    unavailable: str | None
    source: str
    tools: str


def find(case: ProjectCase, surroundings: Surroundings) -> Found:
    """Find a case's source and tools; bring them first if the network may be used."""
    tree = _tree(case, surroundings)
    tools = toolchain.provide(case.project.tools, surroundings.cache)
    source = _source_digest(tree.digest, case.without) if tree else NOT_HERE
    digest_of_tools = NOT_HERE if isinstance(tools, toolchain.Unavailable) else tools.digest
    if tree is None or isinstance(tools, toolchain.Unavailable):
        reason = tools.reason if isinstance(tools, toolchain.Unavailable) else ""
        reason = reason if tree else sources.not_fetched(case.project.source)
        return Found(site=None, unavailable=reason, source=source, tools=digest_of_tools)
    env = {name: str(text) for name, text in case.project.env.items()}
    hidden = (case.resolved.root,)
    site = Site(
        tree=tree, tools=tools, env=env, cache=surroundings.cache, hidden=hidden, without=case.without
    )
    return Found(site=site, unavailable=None, source=source, tools=digest_of_tools)


def _source_digest(tree: str, without: tuple[str, ...]) -> str:
    """What is delivered: a tree, or what is left of it."""
    return digest({"tree": tree, "without": without}) if without else tree


def _tree(case: ProjectCase, surroundings: Surroundings) -> sources.Tree | None:
    """The source. What is wrong with it is told with the place of the spec that names it.

    Offline only its content can be wrong, and that is an error of the spec; else the network may have failed.
    """
    where = (case.project.source, case.resolved.path.parent, case.resolved.root, surroundings.cache)
    try:
        if surroundings.offline:
            return sources.locate(*where)
        toolchain.fetch(case.project.tools, surroundings.cache)
        return sources.fetch(*where)
    except sources.SourceError as error:
        problem = case.resolved.origin(("source",)).problem(str(error))
        raise (SpecError([problem]) if surroundings.offline else sources.SourceError(str(problem))) from error


class WatchedSite:
    """A case's site whose workspaces are watched."""

    def __init__(self, site: Site, watch: Watch) -> None:
        self.tree = site.tree
        self._site = site
        self._watch = watch

    def open(self, name: str, edits: Edits) -> AbstractAsyncContextManager[Workspace]:
        """Open a fresh workspace."""
        return self._watch.opened(name, self._site.open(name, edits))


class ProjectPlace:
    """The place of one project. Each kind of benchmark adds what is graded there."""

    validity: str | None = None

    def __init__(self, case: ProjectCase, task: Task, found: Found, roster: Roster) -> None:
        self.case = case
        self.task = task
        self.unavailable = found.unavailable
        self._site = found.site
        self._roster = roster
        self.sources = found.source
        self.components = {
            "format": str(RECORD_FORMAT),
            "task": digest(msgspec.structs.replace(task, known_answer=KnownAnswer())),
            "source": found.source,
            "environment": digest(case.project.env),
            "tools": found.tools,
        }
        memory = task.limits.memory
        limits = SandboxLimits(
            memory_bytes=memory.bytes if memory else None,
            network=task.network,
            timeout_ms=round(task.limits.wall.seconds * 1000),
        )
        self.start = RunStart(sandbox_limits=limits)

    @property
    def site(self) -> Site:
        """Where its workspaces are opened. It must be available."""
        assert self._site is not None
        return self._site

    def agents(self, roster: Roster) -> tuple[str, ...]:
        """Those that work on the project."""
        return roster.on(self.case.project.id)

    def agent_components(self, agent: AgentSpec) -> dict[str, str]:
        """The agent; for the oracle also what it knows."""
        if isinstance(agent.model, OracleAgent):
            return {"agent": agent.digest, "known answer": digest(self.task.known_answer.identity)}
        return {"agent": agent.digest, **needs_component(agent)}

    async def work(self, agent: AgentSpec, watch: Watch, open_line: OpenLine | None) -> AgentRun:
        """Give the task to the agent, in a workspace of its own if it wants one."""
        worker = AGENT_TYPES[agent.model.type]  # type: ignore[attr-defined]
        site = WatchedSite(site_for(agent, self.site), watch)
        run: AgentRun = await worker.work(agent, self.task, lambda: site.open("work", {}), open_line)
        return run

    async def broken(self, probe: Callable[[str], Awaitable[Verdict]]) -> str | None:
        """An agent that does nothing must fail, and the known answer must pass, if there is one."""
        nothing = await probe(self._of_type(NopAgent))
        if nothing.outcome == "passed":
            return "an agent that does nothing passes it"
        if self.task.known_answer == KnownAnswer():
            return None
        known = await probe(self._of_type(OracleAgent))
        if known.outcome != "passed":
            return f"the known answer does not pass it: {known.reason}"
        return None

    async def install(self, agent: AgentSpec) -> str | None:
        """Install an agent that says how, in a workspace of this case."""
        from specrun.agents.install import install_apart

        site = site_for(agent, self.site)
        return await install_apart(agent, self.task, lambda: site.open("install", {}))

    def _of_type(self, kind: type[NopAgent] | type[OracleAgent]) -> str:
        return next(name for name, agent in self._roster.agents.items() if isinstance(agent.model, kind))


async def find_all(cases: list[ProjectCase], surroundings: Surroundings) -> list[Found]:
    """Find what every case needs, side by side. Raises SpecError with what is wrong with all sources."""
    work = (asyncio.to_thread(find, case, surroundings) for case in cases)
    found = await asyncio.gather(*work, return_exceptions=True)
    problems = [problem for each in found if isinstance(each, SpecError) for problem in each.problems]
    if problems:
        raise SpecError(problems)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return [each for each in found if isinstance(each, Found)]
