"""From a resolved benchmark to what can be run: agents, cases with what they need, planned trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from specrun.agents.base import AgentSpec
from specrun.benchmarks.base import Place, Surroundings, UsedGrader
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.benchmarks.used_graders import used_graders
from specrun.plan.seeds import derive
from specrun.plan.trial import PlannedTrial
from specrun.spec.content import resolved_digest
from specrun.spec.digest import digest
from specrun.spec.library import Resolved
from specrun.spec.models import Benchmark
from specrun.spec.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable

    from specrun.engine.settings import Settings


class PreparedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case's place, with what its scores depend on."""

    place: Place
    score_digests: tuple[str, ...]
    """For each grader, what its score depends on besides the record."""

    @property
    def unavailable(self) -> str | None:
        """Why nothing of it can run here; None if it can."""
        return self.place.unavailable


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A benchmark that is ready to be run."""

    resolved: Resolved
    benchmark: Benchmark
    agents: dict[str, AgentSpec]
    """By id, those for preflight included."""
    listed: tuple[str, ...]
    """The ids of the agents that the benchmark names, in its order."""
    cases: dict[str, PreparedCase]
    """By id, in the order of the spec."""
    graders: tuple[UsedGrader, ...]
    trials: tuple[PlannedTrial, ...]
    digest: str
    """Over everything that the benchmark's files say, sources included."""
    spec: str
    """The benchmark's file, relative to the root."""
    overrides: dict[str, int]
    """What the command line set."""
    offline: bool
    """Nothing leaves the machine."""

    def trial(self, agent: str, case: str, repetition: int) -> PlannedTrial:
        """One trial of an agent on a case, planned or for preflight."""
        return _planned(self.agents[agent], self.cases[case].place, self.benchmark.seed, repetition)


async def prepare(
    resolved: Resolved,
    overrides: dict[str, int],
    settings: Settings,
    tell: Callable[[str], None] | None = None,
) -> Prepared:
    """Find what every case needs, and plan the trials. `tell` says what is being done where it takes long.

    A case whose source or tools are not to be had here is unavailable. Raises SourceError if a source is not
    what its pin says.
    """
    kind = BENCHMARK_KINDS[resolved.model.kind]
    model = cast("Benchmark", resolved.model)
    surroundings = Surroundings(cache=settings.cache, offline=settings.offline, jobs=settings.jobs, tell=tell)
    roster = kind.roster(resolved, surroundings)
    graders = used_graders(model, kind.graded)
    places = await kind.places(resolved, kind.cases(resolved), surroundings)
    cases = [place.case for place in places]
    sources = {place.case.id: place.sources for place in places}
    prepared = Prepared(
        resolved=resolved,
        benchmark=model,
        agents=roster.agents,
        listed=roster.listed,
        cases={place.case.id: _prepared_case(place, graders) for place in places},
        graders=graders,
        trials=(),
        digest=digest({"benchmark": resolved_digest(resolved), "sources": sources}),
        spec=resolved.relative_path,
        overrides=overrides,
        offline=settings.offline,
    )
    works = {place.case.id: frozenset(place.agents(roster)) for place in places}
    trials = tuple(
        prepared.trial(agent, case.id, repetition)
        for agent in roster.listed
        for case in cases
        if agent in works[case.id] and settings.only.takes({"agent": (agent,), **case.traits})
        for repetition in range(1, model.repeats + 1)
    )
    if settings.only.wanted and not trials:
        problem = Problem(resolved.path, 1, 1, "--only selects no trial of the cases that were found")
        raise SpecError([problem])
    return msgspec.structs.replace(prepared, trials=trials)


def _prepared_case(place: Place, graders: tuple[UsedGrader, ...]) -> PreparedCase:
    digests = (digest({"grader": use.identity, "grading": place.grading}) for use in graders)
    return PreparedCase(place=place, score_digests=tuple(digests))


def _planned(agent: AgentSpec, place: Place, run_seed: int, repetition: int) -> PlannedTrial:
    """One trial with everything that decides its outcome."""
    case, name = place.case.id, agent.model.id
    seed = derive(run_seed, case, name, repetition, "trial")
    components = {**place.components, **place.agent_components(agent), "seed": str(seed)}
    return PlannedTrial(
        agent=name,
        case=case,
        repetition=repetition,
        seed=seed,
        components=components,
        key=digest(components),
    )
