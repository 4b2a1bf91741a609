"""Where the lines of a large file begin, without reading it from the start."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import msgspec

BLOCK = 256 * 1024
"""Bytes between two entries of an index, and bytes that are read at once."""

LF = b"\n"


class LineIndex(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many line feeds stand before each block: about 40 bytes of index for each MiB of data."""

    before: tuple[int, ...]
    """Line feeds before byte 0, before byte BLOCK, before byte 2 * BLOCK and so on, for each block begun."""
    total: int
    """Line feeds in all."""

    def fits(self, size: int, lines: int) -> bool:
        """Whether it can be the index of content of this size with this many lines."""
        counts = (0, *self.before, self.total)
        return (
            len(self.before) == -(-size // BLOCK)
            and all(0 <= after - before <= BLOCK for before, after in pairwise(counts))
            and self.before[:1] in ((), (0,))
            and lines - self.total in (0, 1)
        )

    def block_of(self, number: int) -> int:
        """The block with line feed `number`, counted from 1."""
        return bisect_left(self.before, number) - 1


class LineCounter:
    """Makes the index of bytes that come in pieces of any size."""

    def __init__(self) -> None:
        self.size = 0
        self._before: list[int] = []
        self._total = 0
        self._open = False

    def add(self, chunk: bytes) -> None:
        """Count what comes next."""
        start = 0
        while start < len(chunk):
            if self.size % BLOCK == 0:
                self._before.append(self._total)
            end = min(len(chunk), start + BLOCK - self.size % BLOCK)
            self._total += chunk.count(LF, start, end)
            self.size += end - start
            start = end
        if chunk:
            self._open = not chunk.endswith(LF)

    @property
    def lines(self) -> int:
        """Lines so far; a final line feed adds none."""
        return self._total + self._open

    @property
    def index(self) -> LineIndex:
        """The index of what was added."""
        return LineIndex(tuple(self._before), self._total)


def nth_line_feed(block: bytes, number: int) -> int:
    """The place of line feed `number`, from 1, which must be there. Halves the block, for that is fast."""
    low, high = 0, len(block)
    while high - low > 1:
        middle = (low + high) // 2
        count = block.count(LF, low, middle)
        if number <= count:
            high = middle
        else:
            number, low = number - count, middle
    return low
