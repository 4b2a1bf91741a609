"""Telling quickly that there is nothing to take out of a stream, as there is in nearly none."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from specrun.gateway.cassettes.pieces import gather, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from specrun.gateway.cassettes.pieces import Lanes
    from specrun.gateway.cassettes.redaction import Redactor

_TEXT = msgspec.json.Decoder(str)
_MARK = "the place of a piece"
_HIDING = (rb"\u", rb"\/", b"\0")
"""What may hide something in JSON: escapes, and other encodings."""
_MOST_SHAPES = 16
"""Where every event has a shape of its own, looking for more of them is in vain."""


class _Shape(NamedTuple):
    """Events that differ in nothing but one piece of one text: what is before it and behind it."""

    before: bytes
    behind: bytes
    lane: tuple[Any, ...]


class _Said:
    """What a stream says: texts that came in pieces, and of all events with one shape the first."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.lanes: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        self._shapes: list[_Shape] = []

    def add(self, event: bytes) -> None:
        for before, behind, lane in self._shapes:
            if event.startswith(before) and event.endswith(behind):
                try:
                    # Without the end of the one and the beginning of the other, which are its quotes.
                    piece = _TEXT.decode(event[len(before) - 1 : 1 - len(behind)])
                except (msgspec.DecodeError, UnicodeDecodeError):
                    continue
                self.lanes[lane].append(piece)
                return
        self._add_new(event)

    def _add_new(self, event: bytes) -> None:
        self.events.append(event)
        lanes: Lanes = {}
        gather(value_of(event), 0, lanes)
        for lane, pieces in lanes.items():
            self.lanes[lane] += [each.text for each in pieces]
        if len(self._shapes) < _MOST_SHAPES:
            self._shapes += _shapes(event, lanes)


def is_innocent(events: Iterable[bytes], redactor: Redactor) -> bool:
    """Whether nothing is to be taken out of the events of a stream. False: there may be something."""
    said = _Said()
    for event in events:
        said.add(event)
    texts = (*said.events, *("".join(pieces).encode(errors="replace") for pieces in said.lanes.values()))
    return not any(
        any(hiding in text for hiding in _HIDING) or redactor.suspects(text.decode(errors="replace"))
        for text in texts
    )


def _shapes(event: bytes, lanes: Lanes) -> list[_Shape]:
    """The shape of an event with these pieces, if it has one. It is proven by putting another piece in."""
    if len(lanes) != 1:
        return []
    [(lane, pieces)] = lanes.items()
    before, quoted, behind = event.partition(msgspec.json.encode(pieces[0].text))
    if not quoted:
        return []
    found: Lanes = {}
    gather(value_of(before + msgspec.json.encode(_MARK) + behind), 0, found)
    if [each.text for each in found.get(lane, ())] != [_MARK]:
        return []
    return [_Shape(before + b'"', b'"' + behind, lane)]
