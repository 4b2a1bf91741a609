"""Folders that an agent keeps between trials: declared, scoped, and recorded as cold or warm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from specrun.agents.values import install_folder
from specrun.spec.models import CommandAgent

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, Task
    from specrun.agents.record import CacheState
    from specrun.workspaces.base import Workspace


def link_caches(agent: AgentSpec, task: Task, workspace: Workspace) -> dict[str, CacheState]:
    """Put the agent's caches into its home, and say which were warm. A cache of scope `none` is always cold."""
    states: dict[str, CacheState] = {}
    for cache in cast("CommandAgent", agent.model).caches:
        states[cache.name] = "cold"
        if cache.scope == "none":
            continue
        scope = task.case if cache.scope == "case" else "all"
        kept = Path(f"{install_folder(agent)}.caches") / scope / cache.name
        states[cache.name] = "warm" if kept.is_dir() and any(kept.iterdir()) else "cold"
        kept.mkdir(parents=True, exist_ok=True)
        place = Path(cache.path.replace("${home}", str(workspace.home)))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(kept)
    return states
