"""Bringing what a benchmark needs onto the machine, so that it can be run offline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.engine.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.engine.settings import Settings
    from specrun.spec.library import Resolved


def fetch_benchmark(resolved: Resolved, settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Bring what each case needs, then install the agents.

    Gives the id of each, and what went wrong if something did. `settings` must not be offline.
    """
    kind = BENCHMARK_KINDS[resolved.model.kind]
    missing = False
    for case in kind.cases(resolved):
        problem = kind.fetch(resolved, case, settings.cache)
        missing = missing or problem is not None
        yield case.id, problem
    if not missing and any(_is_installed(part) for part in resolved.parts.get("agents", ())):
        yield from asyncio.run(_install_agents(resolved, settings))


def _is_installed(agent: Resolved) -> bool:
    return getattr(agent.model, "install", None) is not None


async def _install_agents(resolved: Resolved, settings: Settings) -> list[tuple[str, str | None]]:
    """Install each agent that says how, at the place of the first case."""
    prepared = await prepare(resolved, {}, settings)
    place = next(iter(prepared.cases.values())).place
    agents = [(part.model.id, prepared.agents[part.model.id]) for part in resolved.parts["agents"]]
    return [
        (name, await place.install(agent))
        for name, agent in agents
        if getattr(agent.model, "install", None) is not None
    ]
