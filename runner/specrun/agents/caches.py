"""Folders that an agent keeps between trials: declared, scoped, and recorded as cold or warm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from specrun.agents.values import placeholder_values
from specrun.spec.models import CommandAgent
from specrun.spec.placeholders import fill

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, Task
    from specrun.agents.record import CacheState
    from specrun.spec.models.agent import Cache
    from specrun.workspaces.base import Workspace


def link_caches(agent: AgentSpec, task: Task, workspace: Workspace) -> dict[str, CacheState]:
    """Put the agent's caches into its home, and say which were warm. Scope `none` is always cold."""
    states: dict[str, CacheState] = {}
    values = placeholder_values(agent, task, workspace, task.stages[0])
    for cache in cast("CommandAgent", agent.model).caches:
        states[cache.name] = "cold"
        if cache.scope == "none":
            continue
        kept = _kept(agent, task, cache)
        states[cache.name] = "warm" if kept.is_dir() and any(kept.iterdir()) else "cold"
        kept.mkdir(parents=True, exist_ok=True)
        place = workspace.home / fill(cache.path.below_home, values)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(kept)
    return states


def kept_caches(agent: AgentSpec, task: Task) -> tuple[Path, ...]:
    """The folders that the agent's caches are kept in."""
    caches = cast("CommandAgent", agent.model).caches
    return tuple(_kept(agent, task, cache) for cache in caches if cache.scope != "none")


def _kept(agent: AgentSpec, task: Task, cache: Cache) -> Path:
    scope = task.case if cache.scope == "case" else "all"
    return Path(f"{agent.cache / agent.digest[:32]}.caches") / scope / cache.name
