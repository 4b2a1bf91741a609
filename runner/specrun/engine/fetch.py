"""Bringing what a benchmark needs onto the machine, so that it can be run offline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from specrun.agents.install import ensure_installed
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.engine.prepare import prepare
from specrun.spec.models import CommandAgent
from specrun.workspaces import sources, toolchain
from specrun.workspaces.cache import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.benchmarks.base import Case
    from specrun.engine.prepare import Prepared
    from specrun.engine.settings import Settings
    from specrun.spec.library import Resolved


def fetch_benchmark(resolved: Resolved, settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Bring the source and tools of each case, then install the agents.

    Gives the id of each, and what went wrong if something did. `settings` must not be offline.
    """
    missing = False
    for case in BENCHMARK_KINDS[resolved.model.kind].cases(resolved):
        problem = _fetch_case(case, settings)
        missing = missing or problem is not None
        yield case.id, problem
    if any(_is_installed(part) for part in resolved.parts["agents"]) and not missing:
        yield from asyncio.run(_install_agents(resolved, settings))


def _fetch_case(case: Case, settings: Settings) -> str | None:
    try:
        toolchain.fetch(case.project.tools, settings.cache)
        sources.fetch(case.project.source, case.resolved.path.parent, case.resolved.root, settings.cache)
    except FetchError as error:
        return str(error)
    tools = toolchain.provide(case.project.tools, settings.cache)
    return tools.reason if isinstance(tools, toolchain.Unavailable) else None


def _is_installed(agent: Resolved) -> bool:
    return isinstance(agent.model, CommandAgent) and agent.model.install is not None


async def _install_agents(resolved: Resolved, settings: Settings) -> list[tuple[str, str | None]]:
    """Install each agent that says how, in a workspace of the first case."""
    prepared: Prepared = await prepare(resolved, {}, settings)
    place = next(iter(prepared.cases.values()))
    assert place.site is not None
    done: list[tuple[str, str | None]] = []
    for name, agent in prepared.agents.items():
        if isinstance(agent.model, CommandAgent) and agent.model.install is not None:
            async with place.site.open("install", {}) as workspace:
                failed = await ensure_installed(agent, place.task, workspace)
            done.append((name, f"{failed.name}: {failed.explain()}" if failed else None))
    return done
