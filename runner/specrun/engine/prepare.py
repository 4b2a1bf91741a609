"""From a resolved benchmark to what can be run: agents, cases with what they need, planned trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from specrun.agents.availability import unavailable
from specrun.agents.base import AgentSpec
from specrun.benchmarks.base import Place, Roster, Surroundings, UsedGrader
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.benchmarks.used_graders import used_graders
from specrun.engine.cassettes import answers, folder_of
from specrun.engine.settings import Cassettes
from specrun.gateway.prices import PriceTable
from specrun.plan.seeds import derive
from specrun.plan.trial import PlannedTrial
from specrun.spec.content import resolved_digest
from specrun.spec.digest import digest
from specrun.spec.library import Resolved
from specrun.spec.models import Benchmark
from specrun.spec.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from specrun.engine.settings import Settings
    from specrun.spec.models import Model
    from specrun.spec.models.budget import Budget


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
    absent: dict[str, str]
    """By the agents that cannot run here, why."""
    offline: bool
    """Nothing leaves the machine."""
    cassettes: Cassettes
    """Who answers agents that talk to a model."""
    prices: PriceTable | None
    """What tokens cost; None where no agent talks to a model."""

    @property
    def budget(self) -> Budget | None:
        """What models may use; None where no agent talks to one."""
        return getattr(self.benchmark, "budget", None)

    def unavailable(self, trial: PlannedTrial) -> str | None:
        """Why a trial cannot run here; None if it can."""
        return self.cases[trial.case].unavailable or self.absent.get(trial.agent)

    def cassette(self, agent: str, case: str, repetition: int) -> Path | None:
        """The folder of a trial's cassette; None if its agent talks to no model."""
        model = self.agents[agent].talks_to
        return folder_of(self.resolved, agent, case, model.id, repetition) if model else None

    def trial(self, agent: str, case: str, repetition: int) -> PlannedTrial:
        """One trial of an agent on a case, planned or for preflight."""
        place, spec = self.cases[case].place, self.agents[agent]
        seed = derive(self.benchmark.seed, case, agent, repetition, "trial")
        components = {**place.components, **place.agent_components(spec), "seed": str(seed)}
        folder = self.cassette(agent, case, repetition)
        if folder is not None:
            components["answers"] = answers(folder, self.cassettes)
            components["budget"] = digest(self._limits(spec.talks_to))
        return PlannedTrial(
            agent=agent,
            case=case,
            repetition=repetition,
            seed=seed,
            components=components,
            key=digest(components),
        )

    def _limits(self, model: Model | None) -> object:
        """What limits a trial; prices are a part of it only where they decide something."""
        trial = self.budget.trial if self.budget else None
        priced = trial is not None and trial.cost is not None
        price = self.prices.price(model.name) if priced and self.prices and model else None
        return {"limits": trial, "price": price}


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
        absent={name: reason for name in roster.listed if (reason := unavailable(roster.agents[name]))},
        offline=settings.offline,
        cassettes=settings.cassettes,
        prices=_prices(resolved, roster),
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


def _prices(resolved: Resolved, roster: Roster) -> PriceTable | None:
    """What tokens cost, where that matters."""
    if not any(agent.talks_to for agent in roster.agents.values()):
        return None
    from specrun.benchmarks.prices import prices_of  # it reads a file

    return prices_of(resolved)


def _prepared_case(place: Place, graders: tuple[UsedGrader, ...]) -> PreparedCase:
    digests = (digest({"grader": use.identity, "grading": place.grading}) for use in graders)
    return PreparedCase(place=place, score_digests=tuple(digests))
