"""Where the time of an event comes from. Offline it is logical: the same trial gives the same times."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

EPOCH = 946_684_800
"""Where logical time starts: 2000-01-01T00:00:00Z, in seconds since 1970."""


class Clock(Protocol):
    """Tells the time of an event."""

    def timestamp(self, seq: int) -> str:
        """The time of the trial's event number `seq`, in RFC 3339, UTC, with milliseconds."""


class LogicalClock:
    """Event n of a trial happens n milliseconds after the epoch. No real clock is read."""

    def timestamp(self, seq: int) -> str:
        """The epoch plus `seq` milliseconds."""
        seconds, milliseconds = divmod(seq, 1000)
        return _second(EPOCH + seconds) + _MILLISECONDS[milliseconds]


class WallClock:
    """The time of this machine, for live runs."""

    def timestamp(self, seq: int) -> str:  # noqa: ARG002
        """Now, whatever the event's number."""
        seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        return _second(seconds) + _MILLISECONDS[nanoseconds // 1_000_000]


@lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    """A second since 1970, in RFC 3339 up to its fraction. Many events share one."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


_MILLISECONDS = tuple(f".{rest:03}Z" for rest in range(1000))
