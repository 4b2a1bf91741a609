"""Lines as a page shows them: numbered, and cut where they are too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from specrun.artifacts.content import Content, Span

MARKER_BYTES = 160
"""No marker is longer."""


class Row(NamedTuple):
    """One line of a page."""

    line: int
    text: str
    """With its number before it."""
    partial: bool = False
    goes_on: int | None = None
    """The first character that is left out at its end."""

    @property
    def bytes(self) -> int:
        """Its share of a page: UTF-8 and a line feed."""
        return len(self.text.encode()) + 1


class Window(NamedTuple):
    """The part of a line that is wanted: from character `first` on, at most `bytes` of UTF-8."""

    first: int
    bytes: int
    characters: int


def row(prefix: str, content: Content, line: int, window: Window) -> Row:
    """A line from character `window.first` on. If that is not all of it, a marker says what is left."""
    span = content.span(line)
    total = content.length(span)
    if window.first > 1 and window.first > total:
        return Row(line, f"{prefix}[no character {window.first}: line {line} has {total}]", partial=True)
    text = content.slice(span, window.first, min(window.characters, window.bytes))
    if window.first == 1 and len(text) == total and len(text.encode()) <= window.bytes - len(prefix):
        return Row(line, prefix + text)
    text = _first_bytes(text, window.bytes - len(prefix) - MARKER_BYTES)
    last = window.first + len(text) - 1
    rest = f"; {total - last} left: read start_line={line} column={last + 1}" if last < total else ""
    marker = _marker(window.first, last, total, rest)
    goes_on = last + 1 if last < total else None
    return Row(line, f"{prefix}{text} {marker}", window.first > 1 or last < total, goes_on)


def last_row(prefix: str, content: Content, line: int, room: int) -> Row:
    """The end of a line that is too long: what of it fits into `room` bytes, and a marker."""
    span: Span = content.span(line)
    total = content.length(span)
    room -= len(prefix) + MARKER_BYTES
    text = _last_bytes(content.slice(span, max(1, total - room + 1), room), room)
    start = f"; the beginning: read start_line={line}"
    return Row(line, f"{prefix}{text} {_marker(total - len(text) + 1, total, total, start)}", partial=True)


def _marker(first: int, last: int, total: int, rest: str) -> str:
    return f"[characters {first}-{last} of {total}{rest}]"


def _first_bytes(text: str, room: int) -> str:
    return text.encode()[:room].decode(errors="ignore")


def _last_bytes(text: str, room: int) -> str:
    return text.encode()[-room:].decode(errors="ignore")
