"""Telling quickly that there is nothing to take out of a stream, as there is in nearly none."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from specrun.gateway.cassettes.pieces import gather, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from specrun.gateway.cassettes.pieces import Lanes
    from specrun.gateway.cassettes.redaction import Redactor

_TEXTS = msgspec.json.Decoder(list[str])
_MARK = "the place of a piece"
_HIDING = (rb"\u", rb"\/", b"\0")
"""What may hide something in JSON: escapes, and other encodings."""
_MOST_RUNS = 64
"""Where events of one shape hardly follow each other, looking for more of them is in vain."""


class _Shape(NamedTuple):
    """Events that differ in nothing but one piece of one text: what is before its quotes, and behind them."""

    before: bytes
    behind: bytes
    lane: tuple[Any, ...]

    def pieces(self, found: Iterable[bytes]) -> list[str]:
        """The pieces in the first events as far as they have this shape, if all of them are texts."""
        before, behind = self.before + b'"', b'"' + self.behind
        unclear = b"\\" + behind  # the quote may be one of the text
        alike = takewhile(
            lambda event: event.startswith(before) and event.endswith(behind) and not event.endswith(unclear),
            found,
        )
        written = [event[len(self.before) : len(event) - len(self.behind)] for event in alike]
        try:
            texts = _TEXTS.decode(b"[%b]" % b",".join(written))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return []
        return texts if len(texts) == len(written) else []  # more of them: a quote ended one


class _Said:
    """What a stream says: texts that came in pieces, and all events but those that follow one alike."""

    def __init__(self, found: list[bytes]) -> None:
        self.events: list[bytes] = []
        self.lanes: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        place, runs = 0, 0
        while place < len(found):
            shape = self._add(found[place])
            place += 1
            if shape and runs < _MOST_RUNS:
                pieces = shape.pieces(islice(found, place, None))
                self.lanes[shape.lane] += pieces
                place += len(pieces)
                runs += 1

    def _add(self, event: bytes) -> _Shape | None:
        """Take an event, and give its shape."""
        self.events.append(event)
        lanes: Lanes = {}
        gather(value_of(event), 0, lanes)
        for lane, pieces in lanes.items():
            self.lanes[lane] += [each.text for each in pieces]
        return _shape(event, lanes)


def is_innocent(found: list[bytes], redactor: Redactor) -> bool:
    """Whether nothing is to be taken out of the events of a stream. False: there may be something."""
    said = _Said(found)
    texts = (*said.events, *("".join(pieces).encode(errors="replace") for pieces in said.lanes.values()))
    return not any(
        any(hiding in text for hiding in _HIDING) or redactor.suspects(text.decode(errors="replace"))
        for text in texts
    )


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
    return _Shape(before, behind, lane)
