"""The settings of commands that look at a benchmark without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.engine.settings import Settings
from specrun.plan.selection import Selection
from specrun.workspaces.cache import cache_dir

if TYPE_CHECKING:
    from specrun.spec.library import Resolved


def looking(resolved: Resolved, only: Selection | None = None) -> Settings:
    """Offline, and with the benchmark's own `.specrun` folder."""
    return Settings(
        offline=True, only=only or Selection(), state=resolved.root / ".specrun", cache=cache_dir()
    )
