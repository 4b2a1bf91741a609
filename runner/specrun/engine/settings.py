"""How a run is to be done; none of it can change what a trial's outcome is."""

from __future__ import annotations

from pathlib import Path

import msgspec

from specrun.plan.selection import Selection


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says about a run."""

    offline: bool = False
    """Nothing leaves the machine, and time is logical."""
    fresh: bool = False
    """Stored records and scores are not reused."""
    jobs: int = 1
    """How many trials may run at the same time."""
    only: Selection = Selection()
    state: Path
    """The `.specrun` folder."""
    cache: Path
    """The user's cache folder."""
