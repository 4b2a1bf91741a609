"""Reading a streamed answer: the same way for every protocol, around what each of them makes of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.sse import Splitter, data_of

if TYPE_CHECKING:
    from specrun.gateway.usage import Usage
    from specrun.gateway.wire.base import Reply

_MOST_NOTES = 20
PIECE = 48
"""Characters of a piece of text in the streams that are written."""


class Gatherer(Protocol):
    """What a protocol makes of its events."""

    def take(self, data: bytes) -> None:
        """Take the data of an event. Raises WireError, and has then taken nothing of it."""

    def reply(self) -> Reply:
        """The answer so far."""


class StreamReader:
    """A `Reader`. What cannot be read is noted and left out; the rest is kept."""

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer = gatherer
        self._splitter = Splitter()
        self._events = 0
        self._notes: list[str] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes, however they are cut."""
        for said in self._splitter.data(data):
            self._take(said)

    def finish(self) -> Reply:
        """The answer. An event that ends without a blank line counts if its data is whole."""
        if (said := data_of(self._splitter.rest)) is not None:
            self._take(said)
        reply = self._gatherer.reply()
        if not reply.whole:
            self._note("the stream ends before the answer does")
            reply = msgspec.structs.replace(reply, usage=_so_far(reply.usage))
        return msgspec.structs.replace(reply, notes=(*reply.notes, *self._notes))

    def _take(self, data: bytes) -> None:
        self._events += 1
        try:
            self._gatherer.take(data)
        except WireError as error:
            self._note(f"event {self._events}: {error}")

    def _note(self, note: str) -> None:
        if len(self._notes) < _MOST_NOTES:
            self._notes.append(note)


def _so_far(usage: Usage | None) -> Usage | None:
    """What is known of a usage when the answer was cut: how much was written in all is not."""
    return usage and msgspec.structs.replace(usage, output_tokens=None, reasoning_tokens=None)


def pieces(text: str) -> list[str]:
    """A text in pieces, as a model would stream it. An empty text has none."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
