"""Checking a trial's log: is it whole, and is it what was written?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.events.chain import GENESIS, digest, is_sealed
from specrun.events.model import LINE_LIMIT, Event, RunStartEvent, RunStopEvent
from specrun.events.read import decode_event, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. Only the first problem is told; where there is one, `events` counts those before it."""

    events: int
    problem: str | None = None
    """What is wrong, in one printable line."""
    line: int | None = None
    """The line that shows the problem, from 1. None if the log as a whole has it."""
    head: str = GENESIS
    """The digest of the last good line: equal to `TrialLog.head` if this is the log that was written."""

    @property
    def ok(self) -> bool:
        """The log is whole and unchanged."""
        return self.problem is None


def verify(source: Path | Iterable[bytes]) -> Verification:
    """Check the log of one trial, given as a file or as lines with their LF.

    Every line must be an event of this schema, `seq` must have no gaps, `prev` must be the digest of the line
    before, all must be of one trial, `run_start` first and `run_stop` last with a true seal. A log that just
    ends too early is called truncated. Raises OSError if the file cannot be read.
    """
    head = GENESIS
    first: Event | None = None
    last: Event | None = None
    seen = 0
    for line in read_lines(source) if isinstance(source, Path) else source:
        try:
            last = _check(line, seen, head, first, isinstance(last, RunStopEvent))
        except ValueError as error:
            return Verification(events=seen, problem=str(error), line=seen + 1, head=head)
        first = first or last
        head = digest(line[:-1])
        seen += 1
    if isinstance(last, RunStopEvent):
        return Verification(events=seen, head=head)
    return Verification(events=seen, problem="truncated: the log does not end with run_stop", head=head)


def _check(line: bytes, seq: int, prev: str, first: Event | None, ended: bool) -> Event:
    """Check one line where it stands. Raises ValueError with the problem."""
    if len(line) >= LINE_LIMIT and not line.endswith(b"\n"):
        raise ValueError(f"the line is longer than {LINE_LIMIT} bytes")
    if not line.endswith(b"\n"):
        raise ValueError("truncated: the line has no end")
    if ended:
        raise ValueError("an event after run_stop")
    event = decode_event(line)
    if event.seq != seq:
        raise ValueError(f"seq is {event.seq} where {seq} should be: events are missing, repeated or moved")
    if event.prev != prev:
        raise ValueError("prev is not the digest of the line before: one of the two was changed")
    if (first is None) != isinstance(event, RunStartEvent):
        raise ValueError("run_start must be the first event, and only that")
    if first is not None and event.trial_id != first.trial_id:
        raise ValueError("an event of another trial")
    if isinstance(event, RunStopEvent) and not is_sealed(line[:-1]):
        raise ValueError("the seal is not the digest of this line: it was changed")
    return event
