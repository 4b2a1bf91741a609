"""Taking out of an answer what must not be stored, wherever the pieces of a stream cut it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.loose import decode
from specrun.gateway.wire.sse import Splitter, data_of

if TYPE_CHECKING:
    from specrun.gateway.cassettes.redaction import Edit, Redactor

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


class _Piece:
    """A piece of a text, in the field of an object that is to be changed with it."""

    def __init__(self, event: int, holder: dict[str, Any], field: str) -> None:
        self.event = event
        self.holder = holder
        self.field = field

    @property
    def text(self) -> str:
        text: str = self.holder[self.field]
        return text


def redacted_body(body: bytes, redactor: Redactor) -> bytes:
    """An answer in one piece. Bytes stay as they are if there is nothing to take out."""
    try:
        value = decode(body, _ANY)
    except WireError:
        text = body.decode(errors="surrogateescape")
        return redactor.text(text).encode(errors="surrogateescape")
    new = redactor.value(value)
    return body if new == value else msgspec.json.encode(new)


def redacted_stream(body: bytes, redactor: Redactor) -> bytes:
    """A stream of events, each of which stays byte for byte if there is nothing to take out of it.

    A text that came in pieces is judged as a whole. The placeholder stands where the first piece of what it
    replaces was.
    """
    splitter = Splitter()
    raw = [*splitter.feed(body), splitter.rest]
    values = [_value(event) for event in raw]
    changed = set()
    lanes: dict[tuple[Any, ...], list[_Piece]] = {}
    for number, value in enumerate(values):
        _gather(value, (), number, lanes)
    if _is_innocent([body, *map(_joined, lanes.values())], redactor):
        return body
    for pieces in lanes.values():
        changed |= _redact(pieces, redactor)
    for number, value in enumerate(values):
        new = redactor.value(value)
        if new != value:
            values[number] = new
            changed.add(number)
    return b"".join(
        _event(event, values[number], redactor, changed=number in changed) for number, event in enumerate(raw)
    )


def _is_innocent(texts: list[bytes], redactor: Redactor) -> bool:
    """Whether nothing is to be taken out of some JSON, told quickly: no escape in it could hide anything."""
    return not any(
        rb"\u" in text or rb"\/" in text or redactor.suspects(text.decode(errors="replace")) for text in texts
    )


def _joined(pieces: list[_Piece]) -> bytes:
    return "".join(piece.text for piece in pieces).encode(errors="replace")


def _value(raw: bytes) -> Any:
    """The data of an event, if it is JSON."""
    data = data_of(raw)
    if data is None:
        return None
    try:
        return decode(data, _ANY)
    except WireError:
        return None


def _gather(value: Any, way: tuple[Any, ...], event: int, lanes: dict[tuple[Any, ...], list[_Piece]]) -> None:
    """Put the pieces in an event's data to those before them: same way to them, same numbers on it."""
    if isinstance(value, list):
        for each in value:
            _gather(each, way, event, lanes)
    if not isinstance(value, dict):
        return
    way = (*way, value.get("type") if not way else None, *(value.get(name) for name in _NUMBERS))
    for name, each in value.items():
        if isinstance(each, str) and name in _PIECES:
            lanes.setdefault((*way, name), []).append(_Piece(event, value, name))
        else:
            _gather(each, (*way, name), event, lanes)


def _redact(pieces: list[_Piece], redactor: Redactor) -> set[int]:
    """Change the pieces so that together they are the redacted text. Returns the events that are changed."""
    changed: set[int] = set()
    while edits := redactor.edits("".join(piece.text for piece in pieces)):
        start, ends = 0, [edit.end for edit in edits]
        for piece in pieces:
            old = piece.text
            piece.holder[piece.field] = new = _part(old, start, edits[bisect_right(ends, start) :])
            if new != old:
                changed.add(piece.event)
            start += len(old)
    return changed


def _part(text: str, start: int, edits: list[Edit]) -> str:
    """A piece that begins at `start` of the whole, after the edits of the whole from there on."""
    end, place, parts = start + len(text), start, []
    for edit in takewhile(lambda edit: edit.start < end, edits):
        parts.append(text[place - start : max(edit.start, place) - start])
        if edit.start >= start:
            parts.append(edit.new)
        place = min(edit.end, end)
    return "".join(parts) + text[place - start :]


def _event(raw: bytes, value: Any, redactor: Redactor, *, changed: bool) -> bytes:
    """The bytes of an event. What is not JSON is redacted as a text."""
    if value is None:
        text = raw.decode(errors="surrogateescape")
        return redactor.text(text).encode(errors="surrogateescape")
    if not changed:
        return raw
    kept = [line for line in raw.splitlines() if line and not line.startswith(b"data")]
    return b"".join(line + b"\n" for line in kept) + b"data: " + msgspec.json.encode(value) + b"\n\n"
