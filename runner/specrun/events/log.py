"""Writing logs: the events of a trial become chained lines, and go to a sink as the work happens."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from specrun.events.chain import GENESIS, seal
from specrun.events.model import EVENT_TYPES, LINE_LIMIT, Subject
from specrun.events.payloads import RunStart, RunStop, Step
from specrun.events.read import read_lines

if TYPE_CHECKING:
    from _hashlib import HASH
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from specrun.events.clock import Clock
    from specrun.events.model import AnyPayload
    from specrun.events.sinks import Sink

_encode = msgspec.json.Encoder(order="deterministic").encode


class _Rest(msgspec.Struct, gc=False):
    """The part of an event that is new each time, in the order of its envelope."""

    seq: int
    step_id: str | None
    ts: str
    prev: str
    data: AnyPayload


class TrialLog:
    """The log of one trial, which only grows.

    `seq` and the chain are its own, so they do not depend on what else is running. Not for several threads.
    """

    def __init__(self, subject: Subject, clock: Clock, sink: Sink) -> None:
        self._clock = clock
        self._sink = sink
        self._seq = 0
        body = msgspec.json.encode(subject)[1:-1]
        self._later = {payload: _start(name, body) for payload, name in EVENT_TYPES.items()}
        self._expected: dict[type[AnyPayload], tuple[bytes, HASH]] = {RunStart: self._later.pop(RunStart)}
        self.head = GENESIS
        """The digest of the last line."""

    def append(self, data: AnyPayload, step_id: str | None = None) -> bytes:
        """Write one event and return its line, with its LF.

        The sink is flushed after `RunStart`, `Step` and `RunStop`. Raises ValueError, and writes nothing, for
        an event in the wrong place (`RunStart` comes first and once, nothing comes after `RunStop`), for a
        line above `LINE_LIMIT` and for text that UTF-8 cannot hold (see `excerpt`).
        """
        kind, seq = type(data), self._seq
        if kind not in self._expected:
            raise ValueError(f"{EVENT_TYPES[kind]} cannot be event {seq} of this trial")
        start, hasher = self._expected[kind]
        rest = _encode(_Rest(seq, step_id, self._clock.timestamp(seq), self.head, data))[1:]
        if kind is RunStop:
            rest = seal(start + rest[:-1])[len(start) :]
        line = start + rest + b"\n"
        if len(line) > LINE_LIMIT:
            raise ValueError(f"event {seq} of this trial takes {len(line)} bytes; at most {LINE_LIMIT}")
        self._sink.write(line)
        hasher = hasher.copy()
        hasher.update(rest)
        self.head = hasher.hexdigest()
        self._seq = seq + 1
        if kind in _MILESTONES:
            self._sink.flush()
            self._expected = {} if kind is RunStop else self._later
        return line


_MILESTONES = frozenset((RunStart, Step, RunStop))


def _start(event_type: str, subject: bytes) -> tuple[bytes, HASH]:
    """What all lines of one event type start with, up to `_Rest`, and its SHA-256 to go on from.

    Half of a line is the same each time: hashing that once saves a tenth of an `append`.
    """
    start = b'{"event_type":"%b",%b,' % (event_type.encode(), subject)
    return start, sha256(start)


def merge(logs: Iterable[Path]) -> Iterator[bytes]:
    """A run's log: the lines of its trials' logs, in the order given, which is that of the plan.

    Each line ends with a LF, so that no two events run together even if a log was cut short.
    """
    for path in logs:
        for line in read_lines(path):
            yield line if line.endswith(b"\n") else line + b"\n"
