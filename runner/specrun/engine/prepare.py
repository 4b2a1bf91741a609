"""From a resolved benchmark to what can be run: cases with their source and tools, agents, planned trials."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from specrun.agents.base import AgentSpec, Task
from specrun.benchmarks.base import Case, UsedGrader
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.plan.seeds import derive
from specrun.plan.selection import check
from specrun.plan.trial import RECORD_FORMAT, PlannedTrial
from specrun.spec.content import resolved_digest
from specrun.spec.digest import digest
from specrun.spec.library import Resolved
from specrun.spec.models import NopAgent, OracleAgent, TestRunning
from specrun.workspaces import sources, toolchain
from specrun.workspaces.site import Site

if TYPE_CHECKING:
    from specrun.benchmarks.base import BenchmarkKind
    from specrun.engine.settings import Settings

NOT_HERE = "not here"
"""Stands in a key for what this machine does not have."""

NOP = NopAgent(specrun=1, kind="agent", id="nop", title="Does nothing", type="nop")
ORACLE = OracleAgent(specrun=1, kind="agent", id="oracle", title="Knows the answer", type="oracle")


class PreparedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case with the place where its workspaces are opened, or the reason why there can be none here."""

    case: Case
    task: Task
    components: dict[str, str]
    """What of a trial's key is the same for all trials of the case."""
    score_digests: tuple[str, ...]
    """For each grader, what its score depends on besides the record."""
    site: Site | None = None
    unavailable: str | None = None


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A benchmark that is ready to be run."""

    resolved: Resolved
    kind: BenchmarkKind
    agents: dict[str, AgentSpec]
    """By id, nop and oracle included, which preflight needs."""
    listed: tuple[str, ...]
    """The ids of the agents that the benchmark names, in its order."""
    cases: dict[str, PreparedCase]
    """By id, in the order of the spec."""
    graders: tuple[UsedGrader, ...]
    trials: tuple[PlannedTrial, ...]
    preflight: dict[str, tuple[PlannedTrial, PlannedTrial]]
    """By case: the trial of nop, which must fail, and of the oracle, which must pass."""
    digest: str
    """Over everything that the benchmark's files say, sources included."""
    spec: str
    """The benchmark's file, relative to the root."""
    overrides: dict[str, int]
    """What the command line set."""
    offline: bool
    """Nothing leaves the machine."""


async def prepare(resolved: Resolved, overrides: dict[str, int], settings: Settings) -> Prepared:
    """Find every case's source and tools, and plan the trials.

    A case whose source or tools are not to be had here is unavailable. Raises ValueError if the selection
    names what is not there, and SourceError if a source is not what its pin says.
    """
    kind = BENCHMARK_KINDS[resolved.model.kind]
    model = cast("TestRunning", resolved.model)
    cases = kind.cases(resolved)
    agents = _agents(resolved, settings)
    tags = {tag for case in cases for tag in case.project.tags}
    check(settings.only, agents, [case.id for case in cases], tags)
    places = await asyncio.gather(
        *(asyncio.to_thread(_place, resolved, kind, case, settings) for case in cases)
    )
    prepared = {place.case.id: place for place in places}
    listed = tuple(agents)
    nop, oracle = (_of_type(agents, spec, settings) for spec in (NOP, ORACLE))

    def planned(agent: str, case: str, repetition: int) -> PlannedTrial:
        return _planned(agents[agent], prepared[case], model.seed, repetition)

    return Prepared(
        resolved=resolved,
        kind=kind,
        agents=agents,
        listed=listed,
        cases=prepared,
        graders=kind.graders(resolved),
        trials=tuple(
            planned(agent, case.id, repetition)
            for agent in listed
            for case in cases
            for repetition in range(1, model.repeats + 1)
            if settings.only.takes(agent, case.id, case.project.tags)
        ),
        preflight={case: (planned(nop, case, 1), planned(oracle, case, 1)) for case in prepared},
        digest=digest(
            {
                "benchmark": resolved_digest(resolved),
                "sources": {name: place.components["source"] for name, place in prepared.items()},
            }
        ),
        spec=resolved.relative_path,
        overrides=overrides,
        offline=settings.offline,
    )


def _agents(resolved: Resolved, settings: Settings) -> dict[str, AgentSpec]:
    return {
        part.model.id: AgentSpec(
            model=part.model,
            folder=part.path.parent,
            digest=resolved_digest(part),
            cache=settings.cache / "agents",
            offline=settings.offline,
        )
        for part in resolved.parts["agents"]
    }


def _of_type(agents: dict[str, AgentSpec], spec: NopAgent | OracleAgent, settings: Settings) -> str:
    """The id of the agent of this type, which is added if the benchmark names none."""
    for name, agent in agents.items():
        if type(agent.model) is type(spec):
            return name
    name = spec.id if spec.id not in agents else f"{spec.id}.preflight"
    agents[name] = AgentSpec(
        model=msgspec.structs.replace(spec, id=name),
        folder=Path(),
        digest=digest(spec),
        cache=settings.cache / "agents",
        offline=settings.offline,
    )
    return name


def _place(resolved: Resolved, kind: BenchmarkKind, case: Case, settings: Settings) -> PreparedCase:
    """Find one case's source and tools; bring them first if the network may be used."""
    task = kind.task(resolved, case)
    tree = _tree(case, settings)
    tools = toolchain.provide(case.project.tools, settings.cache)
    components = {
        "format": str(RECORD_FORMAT),
        "task": digest(msgspec.structs.replace(task, known_answer=b"")),
        "source": tree.digest if tree else NOT_HERE,
        "environment": digest(case.project.env),
        "tools": NOT_HERE if isinstance(tools, toolchain.Unavailable) else tools.digest,
    }
    grading = kind.grading(resolved, case)
    scores = [digest({"grader": use.identity, "grading": grading}) for use in kind.graders(resolved)]
    place = PreparedCase(case=case, task=task, components=components, score_digests=tuple(scores))
    if tree is None:
        return msgspec.structs.replace(place, unavailable=sources.not_fetched(case.project.source))
    if isinstance(tools, toolchain.Unavailable):
        return msgspec.structs.replace(place, unavailable=tools.reason)
    env = {name: str(text) for name, text in case.project.env.items()}
    site = Site(tree=tree, tools=tools, env=env, cache=settings.cache, hidden=(case.resolved.root,))
    return msgspec.structs.replace(place, site=site)


def _tree(case: Case, settings: Settings) -> sources.Tree | None:
    where = (case.project.source, case.resolved.path.parent, case.resolved.root, settings.cache)
    if settings.offline:
        return sources.locate(*where)
    toolchain.fetch(case.project.tools, settings.cache)
    return sources.fetch(*where)


def _planned(agent: AgentSpec, place: PreparedCase, run_seed: int, repetition: int) -> PlannedTrial:
    """One trial with everything that decides its outcome."""
    case, name = place.case.id, agent.model.id
    seed = derive(run_seed, case, name, repetition, "trial")
    components = {**place.components, "agent": agent.digest, "seed": str(seed)}
    if isinstance(agent.model, OracleAgent):
        components["known answer"] = digest(place.task.known_answer.decode())
    return PlannedTrial(
        agent=name,
        case=case,
        repetition=repetition,
        seed=seed,
        components=components,
        key=digest(components),
    )
