"""A planned trial and its key."""

from __future__ import annotations

import msgspec

RECORD_FORMAT = 5
"""Counts up when records made by this version could differ from stored ones for the same specs."""


class PlannedTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One agent on one case, once.

    `components` names everything that decides the outcome, each as a digest or a plain value. Titles, tags,
    prices and graders are not among them, so changing those never makes an agent run again.
    """

    agent: str
    case: str
    repetition: int
    seed: int
    components: dict[str, str]
    key: str
    """SHA-256 of the canonical JSON of the components."""

    @property
    def name(self) -> str:
        """`agent/case/repetition`, the trial's name everywhere."""
        return f"{self.agent}/{self.case}/{self.repetition}"


def changed_components(stored: dict[str, str], now: dict[str, str]) -> list[str]:
    """The names of the components that differ, sorted; empty means that the stored record is reused."""
    return sorted(name for name in stored.keys() | now.keys() if stored.get(name) != now.get(name))
