"""Stored bytes as searches by character need them: valid UTF-8, lines that end in a bare line feed."""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, NamedTuple

from specrun.artifacts.lines import BLOCK, LF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.content import Content

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a line that are searched; a line must be in memory as a whole."""


class Lines(NamedTuple):
    """Whole lines that follow each other, each with a line feed at its end."""

    offset: int
    """Where the first one begins in the content."""
    data: bytes
    complete: bool = True
    """False for a single line of which this is only the beginning."""


def clean_lines(content: Content, longest: int = LONGEST_LINE) -> Iterator[Lines]:
    """All lines, in blocks, as their text encoded again: what was broken is U+FFFD."""
    offset = 0
    while offset < content.size:
        raw = _whole_lines(content, offset, longest)
        complete = raw.endswith(LF) or offset + len(raw) == content.size
        yield Lines(offset, _clean(raw), complete)
        offset = offset + len(raw) if complete else content.start_of(content.line_at(offset) + 1)


def _whole_lines(content: Content, offset: int, longest: int) -> bytes:
    """As many whole lines as are in a block; of a long line all up to the limit."""
    size = min(BLOCK, longest)
    while True:
        raw = content.bytes(offset, offset + size)
        if len(raw) < size:
            return raw
        if feed := raw.rfind(LF) + 1:
            return raw[:feed]
        if size >= longest:
            return raw
        size = min(2 * size, longest)


def _clean(raw: bytes) -> bytes:
    if not raw.endswith(LF):
        raw += LF
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", LF)
    return raw if raw.isascii() else b"".join(_valid(raw))


def _valid(raw: bytes) -> Iterator[bytes]:
    decoder = getincrementaldecoder("utf-8")("replace")
    for start in range(0, len(raw), BLOCK):
        yield decoder.decode(raw[start : start + BLOCK]).encode()
    yield decoder.decode(b"", final=True).encode()
