"""An open artifact: its bytes by offset, its text by line and character."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, NamedTuple

from specrun.artifacts.lines import BLOCK, LF, LineIndex, nth_line_feed
from specrun.artifacts.model import Artifact, ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL_LINE = 4096
"""Bytes in which the end of a line is looked for before the index is asked."""


class Span(NamedTuple):
    """The bytes of one line, without its line feed and the carriage return before it."""

    start: int
    end: int


class Content:
    """The content of an artifact as it was when it was opened; reads only the parts that are asked for.

    Text is UTF-8 with U+FFFD for what is not, as Python's errors="replace" writes it. A line feed is never
    part of a broken character, so lines can be decoded one by one.
    """

    def __init__(self, artifact: Artifact, index: LineIndex, descriptor: int) -> None:
        """Take over an open descriptor."""
        self.artifact = artifact
        self.size = artifact.bytes
        self.lines = artifact.lines
        self._index = index
        self._descriptor = descriptor

    def __enter__(self) -> Content:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def bytes(self, start: int, end: int) -> bytes:
        """The bytes from offset `start` to before `end`, or to the end of the content."""
        wanted = min(end, self.size) - start
        parts = []
        while wanted > 0:
            part = os.pread(self._descriptor, wanted, start)
            if not part:
                raise ArtifactError(f"artifact {self.artifact.id} is damaged: its file is too short")
            parts.append(part)
            start, wanted = start + len(part), wanted - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def start_of(self, line: int) -> int:
        """The offset at which a line begins; for the line after the last one, where the content ends."""
        return self._after(line - 1)

    def span(self, line: int) -> Span:
        """The bytes of a line from 1 to `lines`."""
        start = self._after(line - 1)
        feed = self.bytes(start, start + _USUAL_LINE).find(LF)
        end = start + feed + 1 if feed >= 0 else self._after(line)
        ending = self.bytes(max(start, end - 2), end)
        return Span(start, end - len(ending) + len(ending.removesuffix(LF).removesuffix(b"\r")))

    def line_at(self, offset: int) -> int:
        """The number of the line that the byte at `offset` belongs to."""
        block = offset // BLOCK
        return self._index.before[block] + self.bytes(block * BLOCK, offset).count(LF) + 1

    def length(self, span: Span) -> int:
        """How many characters a line has."""
        return sum(len(text) for text in self._texts(span))

    def slice(self, span: Span, first: int, count: int) -> str:
        """Up to `count` characters of a line, beginning with character `first`, counted from 1."""
        skip = first - 1
        parts = []
        for text in self._texts(span):
            part = text[skip : skip + count]
            skip = max(0, skip - len(text))
            parts.append(part)
            count -= len(part)
            if count <= 0:
                break
        return "".join(parts)

    def _after(self, line_feed: int) -> int:
        """The offset after a line feed, counted from 1."""
        if line_feed <= 0:
            return 0
        if line_feed > self._index.total:
            return self.size
        block = self._index.block_of(line_feed)
        data = self.bytes(block * BLOCK, (block + 1) * BLOCK)
        return block * BLOCK + nth_line_feed(data, line_feed - self._index.before[block]) + 1

    def _texts(self, span: Span) -> Iterator[str]:
        """The text of a line of any length, piece by piece."""
        decoder = getincrementaldecoder("utf-8")("replace")
        for start in range(span.start, span.end, BLOCK):
            end = min(start + BLOCK, span.end)
            yield decoder.decode(self.bytes(start, end), final=end == span.end)
