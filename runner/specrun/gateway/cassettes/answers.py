"""Taking out of an answer what must not be stored, wherever the pieces of a stream cut it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.cassettes.innocence import is_innocent
from specrun.gateway.cassettes.pieces import events, gather, value_of
from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.loose import decode

if TYPE_CHECKING:
    from specrun.gateway.cassettes.pieces import Lanes, Piece
    from specrun.gateway.cassettes.redaction import Edit, Redactor

_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


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
    raw = events(body)
    if is_innocent(raw, redactor):
        return body
    values = [value_of(event) for event in raw]
    changed: set[int] = set()
    lanes: Lanes = {}
    for number, value in enumerate(values):
        gather(value, number, lanes)
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


def _redact(pieces: list[Piece], redactor: Redactor) -> set[int]:
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
