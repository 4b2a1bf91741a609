"""How a run is to be done; none of it can change what a trial's outcome is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from specrun.plan.selection import Selection

Cassettes = Literal["replay", "strict", "record", "auto", "off"]
"""Who answers agents that talk to a model.

`replay`: their cassettes, and nobody else. `strict`: the same, for requests that are as recorded but for
noise. `record`: the model, and their cassettes are made anew. `auto`: their cassettes, and where these have
no answer the model, which is recorded. `off`: the model.
"""

REPLAYS: frozenset[Cassettes] = frozenset({"replay", "strict"})
"""The modes in which no model is asked."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says about a run."""

    offline: bool = False
    """Nothing leaves the machine, and time is logical."""
    fresh: bool = False
    """Stored records and scores are not reused."""
    jobs: int = 1
    """How many trials may run at the same time."""
    only: Selection = Selection()
    cassettes: Cassettes = "replay"
    state: Path
    """The `.specrun` folder."""
    cache: Path
    """The user's cache folder."""
