"""Reading logs: one line at a time, whatever their length."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from specrun.events.model import LINE_LIMIT, SCHEMA, Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode_event(line: bytes) -> Event:
    """One line as a typed event. Raises ValueError with a message that is safe to print."""
    try:
        return _DECODER.decode(line)
    except _ERRORS as error:
        raise ValueError(_explain(error)) from None


def read_events(path: Path) -> Iterator[Event]:
    """The events of a log, in order, without checking the chain (see `verify`).

    Memory does not grow with the log. Raises ValueError for a line that is no event, with its number, and
    OSError if the file cannot be read.
    """
    number, decode = 0, _DECODER.decode
    try:
        for number, line in enumerate(read_lines(path), 1):  # noqa: B007
            yield decode(line)
    except _ERRORS as error:
        raise ValueError(f"line {number}: {_explain(error)}") from None


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a log with their LF; a line above `LINE_LIMIT` comes in pieces, which are no events."""
    with path.open("rb") as file:
        yield from iter(partial(file.readline, LINE_LIMIT), b"")


def _explain(error: Exception) -> str:
    """What is wrong, in one line without control characters: the error may quote what a hostile log says."""
    wrong = f"not an event of {SCHEMA}" if isinstance(error, msgspec.ValidationError) else "not JSON"
    return f"{wrong}: {ascii(str(error))[1:-1][:200]}"
