"""Bringing what a benchmark needs onto the machine, so that it can be run offline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from specrun.agents.availability import unavailable
from specrun.benchmarks.base import Surroundings
from specrun.benchmarks.registry import BENCHMARK_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specrun.agents.base import AgentSpec
    from specrun.benchmarks.base import Case, Place
    from specrun.engine.settings import Settings
    from specrun.spec.library import Resolved


def fetch_benchmark(resolved: Resolved, settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Bring what each case needs, then install the agents.

    Gives the id of each, and what went wrong if something did. `settings` must not be offline.
    """
    kind = BENCHMARK_KINDS[resolved.model.kind]
    brought: list[Case] = []
    for case in kind.cases(resolved):
        problem = kind.fetch(resolved, case, settings.cache)
        if problem is None:
            brought.append(case)
        yield case.id, problem
    surroundings = Surroundings(cache=settings.cache, offline=settings.offline)
    roster = kind.roster(resolved, surroundings)
    agents = [roster.agents[name] for name in roster.listed]
    agents = [agent for agent in agents if getattr(agent.model, "install", None) is not None]
    if agents:
        yield from asyncio.run(_install(agents, resolved, brought, surroundings))


async def _install(
    agents: Sequence[AgentSpec], resolved: Resolved, cases: Sequence[Case], surroundings: Surroundings
) -> list[tuple[str, str | None]]:
    """Install agents one after the other, at the place of the first case that has one."""
    place = await _first_place(resolved, cases, surroundings)
    outcomes: list[tuple[str, str | None]] = []
    for agent in agents:
        problem = await asyncio.to_thread(unavailable, agent)
        if problem is None:
            problem = await place.install(agent) if place else "not installed: no case can run here"
        outcomes.append((agent.model.id, problem))
    return outcomes


async def _first_place(resolved: Resolved, cases: Sequence[Case], surroundings: Surroundings) -> Place | None:
    """The place of the first case that can run here."""
    for case in cases:
        places = await BENCHMARK_KINDS[resolved.model.kind].places(resolved, [case], surroundings)
        for place in places:
            if place.unavailable is None:
                return place
    return None
