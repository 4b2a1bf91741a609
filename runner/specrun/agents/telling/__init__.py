"""What came over an agent's line to its models, told: as a trajectory, as events, and as rows of usage."""

from __future__ import annotations

from specrun.agents.telling.listener import Telling
from specrun.agents.telling.rows import usage_rows
from specrun.agents.telling.short import shortened
from specrun.agents.telling.steps import DRIFT, events_of

__all__ = ["DRIFT", "Telling", "events_of", "shortened", "usage_rows"]
