"""Texts that come in pieces, wherever the events of a stream cut them."""

from __future__ import annotations

from typing import Any

import msgspec

from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.loose import decode
from specrun.gateway.wire.sse import Splitter, data_of

_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()

_PIECES = frozenset(
    {
        "arguments",
        "content",
        "delta",
        "input",
        "partial_json",
        "reasoning",
        "reasoning_content",
        "refusal",
        "signature",
        "text",
        "thinking",
    }
)
"""Fields that hold the next piece of something longer. All of the protocols' pieces are in one of them."""
_NUMBERS = ("index", "output_index", "content_index", "summary_index")
"""Fields that say of what they are the next piece."""


class Piece:
    """A piece of a text, in the field of an object that is to be changed with it."""

    def __init__(self, event: int, holder: dict[str, Any], field: str) -> None:
        self.event = event
        self.holder = holder
        self.field = field

    @property
    def text(self) -> str:
        """The piece."""
        text: str = self.holder[self.field]
        return text


Lanes = dict[tuple[Any, ...], list[Piece]]
"""The pieces of each text, by what they are pieces of."""


def events(body: bytes) -> list[bytes]:
    """The events of a stream, and last what is no whole one. Joined they are the stream."""
    splitter = Splitter()
    return [*splitter.feed(body), splitter.rest]


def value_of(raw: bytes) -> Any:
    """The data of an event as JSON; None if it is none."""
    data = data_of(raw)
    if data is None:
        return None
    try:
        return decode(data, _ANY)
    except WireError:
        return None


def gather(value: Any, event: int, lanes: Lanes, way: tuple[Any, ...] = ()) -> None:
    """Put the pieces in an event's data to those before them: same way to them, same numbers on it."""
    if isinstance(value, list):
        for each in value:
            gather(each, event, lanes, way)
    if not isinstance(value, dict):
        return
    way = (*way, value.get("type") if not way else None, *(value.get(name) for name in _NUMBERS))
    for name, each in value.items():
        if isinstance(each, str) and name in _PIECES:
            lanes.setdefault((*way, name), []).append(Piece(event, value, name))
        else:
            gather(each, event, lanes, (*way, name))
