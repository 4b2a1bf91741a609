"""The settings of commands that look at a benchmark without running it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from specrun.engine.settings import Settings
from specrun.plan.selection import Selection
from specrun.workspaces.cache import cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.library import Resolved


def state_of(root: Path) -> Path:
    """Where runs leave what they leave: `.specrun` beside the specs; in the cache where that is read-only."""
    here = root / ".specrun"
    if os.access(here if here.exists() else root, os.W_OK):
        return here
    return cache_dir() / "state" / hashlib.sha256(os.fsencode(root)).hexdigest()[:16]


def looking(resolved: Resolved, only: Selection | None = None) -> Settings:
    """Offline, and with the benchmark's own `.specrun` folder."""
    return Settings(offline=True, only=only or Selection(), state=state_of(resolved.root), cache=cache_dir())
