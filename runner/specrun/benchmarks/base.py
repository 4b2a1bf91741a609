"""What every benchmark kind answers to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from specrun.agents.base import AgentSpec
from specrun.agents.record import AgentRun
from specrun.events.payloads import RunStart
from specrun.graders.base import Graded, Grader
from specrun.results.model import Case as CaseResult
from specrun.results.model import Claim, Figure
from specrun.spec.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from specrun.agents.base import OpenLine
    from specrun.events.model import AnyPayload
    from specrun.results.model import Outcome
    from specrun.spec.library import Resolved
    from specrun.workspaces.base import Workspace

DataPath = tuple[str | int, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work to be done and graded."""

    id: str
    title: str
    tags: tuple[str, ...] = ()
    facets: dict[str, str] = {}
    """What it is made of, by which it can be selected and is shown: `project`, `platform`, `arm`, ..."""
    baseline: str | None = None
    """The case that it is compared with, if any."""
    claims: tuple[Claim, ...] = ()
    unsettled: tuple[str, ...] = ()
    """If it stands for cases that only a look at the project shows: the traits in which those differ."""

    @property
    def traits(self) -> dict[str, Collection[str]]:
        """What it can be selected by."""
        return {"case": (self.id,), "tag": self.tags, **{key: (name,) for key, name in self.facets.items()}}

    def result(self, broken: str | None) -> CaseResult:
        """This case as results show it."""
        return CaseResult(
            id=self.id,
            title=self.title,
            facets=self.facets,
            tags=self.tags,
            baseline=self.baseline,
            claims=self.claims,
            broken=broken,
        )


class UsedGrader(msgspec.Struct, frozen=True, kw_only=True):
    """A grader with its options, as a benchmark uses it."""

    grader: Grader
    options: msgspec.Struct
    required: bool
    figures: tuple[Figure, ...]
    """Those of the grader, and one for each stage of what it grades if it has such."""

    @property
    def identity(self) -> dict[str, object]:
        """What decides how it grades."""
        return {"name": self.grader.name, "version": self.grader.version, "options": self.options}


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a benchmark is prepared."""

    cache: Path
    """The user's cache folder."""
    offline: bool
    """Nothing may leave the machine."""
    jobs: int = 1
    """How much may be done at the same time."""
    tell: Callable[[str], None] | None = None
    """Says what is being done, where that takes long."""


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """The agents of a benchmark by id: those that it lists, in its order, then those for preflight only."""

    listed: tuple[str, ...]
    agents: dict[str, AgentSpec]
    only: dict[str, frozenset[str]] = {}
    """By agent, the projects that it works on; the others work on all."""

    def on(self, project: str) -> tuple[str, ...]:
        """The listed agents that work on a project, in their order."""
        return tuple(agent for agent in self.listed if agent not in self.only or project in self.only[agent])


class Watch(Protocol):
    """Writes down what happens in a trial, as it happens."""

    def event(self, payload: AnyPayload) -> None:
        """Something happened."""

    def opened(
        self, name: str, workspace: AbstractAsyncContextManager[Workspace]
    ) -> AbstractAsyncContextManager[Workspace]:
        """The same workspace, with every command that it runs written down."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a trial of preflight ended."""

    outcome: Outcome
    reason: str | None


class Place(Protocol):
    """One case, ready: what decides its trials, how they are worked on, and what is graded of them."""

    @property
    def case(self) -> Case:
        """The case."""

    components: dict[str, str]
    """What of a trial's key is the same for all trials of the case."""
    sources: str
    """The digest of the files that it stands on, besides those that its specs name."""
    grading: dict[str, object]
    """What decides the scores besides the record and the graders."""
    unavailable: str | None
    """Why nothing of it can run here; None if it can."""
    start: RunStart
    """Under what its trials begin."""

    @property
    def validity(self) -> str | None:
        """The digest of all that decides whether the case is valid, so that the verdict can be kept.

        None if it is found out by trials, which have records of their own.
        """

    def agents(self, roster: Roster) -> Sequence[str]:
        """The listed agents that work on it, in their order."""

    def agent_components(self, agent: AgentSpec) -> dict[str, str]:
        """What of a trial's key is the agent's."""

    async def work(self, agent: AgentSpec, watch: Watch, open_line: OpenLine | None) -> AgentRun:
        """Let an agent work on it; `open_line` is the way to its model, if it has one.

        Only what is not the agent's fault raises: an OSError may pass when it is tried again.
        """

    def graded(self, run: AgentRun, watch: Watch) -> Graded:
        """What the graders look at."""

    async def broken(self, probe: Callable[[str], Awaitable[Verdict]]) -> str | None:
        """Why nothing of it counts; None if it is valid. `probe` runs an agent of the roster on it.

        Raises what `probe` raises where the machine fails.
        """

    async def install(self, agent: AgentSpec) -> str | None:
        """Bring what an agent needs onto the machine; returns what went wrong."""


class BenchmarkKind(Protocol):
    """One kind of benchmark: the value of `kind` in its spec. `resolved` is always of this kind."""

    @property
    def graded(self) -> type[Graded]:
        """What its graders look at; a grader of something else cannot be used."""

    def check(self, resolved: Resolved) -> list[Problem]:
        """What is wrong beyond the schema: truth that none reads, prompts that leak, ..."""

    def check_data(self, data: dict[str, Any]) -> list[tuple[DataPath, str]]:
        """The part of it that needs no more than the plain data, each with its place in the data.

        It is also asked of a spec that has other errors, so that all are told in one pass.
        """

    def online(self, resolved: Resolved) -> DataPath | None:
        """The key that lets something reach the network, if any does."""

    def cases(self, resolved: Resolved) -> Sequence[Case]:
        """The cases, in the order of the spec."""

    def roster(self, resolved: Resolved, surroundings: Surroundings) -> Roster:
        """The agents."""

    async def places(
        self, resolved: Resolved, cases: Sequence[Case], surroundings: Surroundings
    ) -> Sequence[Place]:
        """Find what each case needs; bring it first if the network may be used.

        A case that stands for cases which only a look at the project shows gives their places.
        Raises SourceError if something is not what its pin says.
        """

    def fetch(self, resolved: Resolved, case: Case, cache: Path) -> str | None:
        """Bring what a case needs into the cache; returns what went wrong."""
