"""Telling quickly that there is nothing to take out of a stream, as there is in nearly none."""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from specrun.gateway.cassettes.pieces import events, gather, value_of

if TYPE_CHECKING:
    from typing import Any

    from specrun.gateway.cassettes.pieces import Lanes
    from specrun.gateway.cassettes.redaction import Redactor

_TEXTS = msgspec.json.Decoder(list[str])
_MARK = "the place of a piece"
_HIDING = (rb"\u", rb"\/", b"\0")
"""What may hide something in JSON: escapes, and other encodings."""
_MOST_RUNS = 32
"""Where events of one shape hardly follow each other, looking for more of them is in vain."""


class _Shape(NamedTuple):
    """Events that differ in nothing but one piece of one text: what is before it and behind it, with its quotes."""

    before: bytes
    behind: bytes
    lane: tuple[Any, ...]


class _Said:
    """What a stream says: texts that came in pieces, and all events but those that follow one of their shape."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.lanes: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        self._shape: _Shape | None = None
        self._runs = 0

    def take(self, body: bytes) -> None:
        if b"\r" in body:
            for event in events(body):
                self._add(event)
            return
        start = 0
        while start < len(body):
            end = body.find(b"\n\n", start) + 2
            self._add(body[start : end if end > 1 else len(body)])
            start = self._run(body, end) if end > 1 else len(body)

    def _add(self, event: bytes) -> None:
        self.events.append(event)
        lanes: Lanes = {}
        gather(value_of(event), 0, lanes)
        for lane, pieces in lanes.items():
            self.lanes[lane] += [each.text for each in pieces]
        self._shape = _shape(event, lanes) if self._runs < _MOST_RUNS else None

    def _run(self, body: bytes, start: int) -> int:
        """Take the events from there on that have the shape of the last one, and return where they end."""
        if self._shape is None or not body.startswith(self._shape.before, start):
            return start
        self._runs += 1
        before, behind, lane = self._shape
        *found, last = body[start + len(before) :].split(behind + before)
        pieces = list(takewhile(_is_plain, found))
        if len(pieces) == len(found) and behind in last:
            pieces += filter(_is_plain, [last.partition(behind)[0]])
        try:
            said = _TEXTS.decode(b'["%b"]' % b'","'.join(pieces))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return start
        if len(said) != len(pieces):  # a quote ended one of them
            return start
        self.lanes[lane] += said
        return start + sum(map(len, pieces)) + len(pieces) * (len(before) + len(behind))


def is_innocent(body: bytes, redactor: Redactor) -> bool:
    """Whether nothing is to be taken out of a stream of events. False: there may be something."""
    said = _Said()
    said.take(body)
    texts = (*said.events, *("".join(pieces).encode(errors="replace") for pieces in said.lanes.values()))
    return not any(
        any(hiding in text for hiding in _HIDING) or redactor.suspects(text.decode(errors="replace"))
        for text in texts
    )


def _is_plain(piece: bytes) -> bool:
    """Whether it neither goes on to the next event nor hides the quote behind it."""
    return b"\n" not in piece and not piece.endswith(b"\\")


def _shape(event: bytes, lanes: Lanes) -> _Shape | None:
    """The shape of an event with these pieces, if it has one. It is proven by putting another piece in."""
    if len(lanes) != 1:
        return None
    [(lane, pieces)] = lanes.items()
    before, quoted, behind = event.partition(msgspec.json.encode(pieces[0].text))
    if not quoted:
        return None
    found: Lanes = {}
    gather(value_of(before + msgspec.json.encode(_MARK) + behind), 0, found)
    if [each.text for each in found.get(lane, ())] != [_MARK]:
        return None
    return _Shape(before + b'"', b'"' + behind, lane)
