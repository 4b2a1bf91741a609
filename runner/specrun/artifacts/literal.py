"""The fast search: plain text, straight over the stored bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.artifacts.hits import Found, Hit
from specrun.artifacts.lines import BLOCK, LF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.content import Content


def suits(query: str) -> bool:
    """Whether bytes that match are text that matches, and the other way round.

    UTF-8 tells where a character begins, so it holds for all text but U+FFFD, which stands for broken bytes
    too, and a carriage return, which may be one that ends a line and is not part of it.
    """
    return "\ufffd" not in query and "\r" not in query


def find_literal(content: Content, query: str, wanted: range) -> Found:
    """Find the lines that contain `query`, and of them those with an index in `wanted`, from 0.

    Needs memory for a block, however long the lines are.
    """
    needle = query.encode()
    offsets, total = [], 0
    for offset in _offsets(content, needle):
        if total in wanted:
            offsets.append(offset)
        total += 1
        if total >= wanted.stop:
            total += _count(content, needle, content.start_of(content.line_at(offset) + 1))
            break
    return Found([_hit(content, offset) for offset in offsets], total)


def _offsets(content: Content, query: bytes) -> Iterator[int]:
    """Where the query stands, once for each line. Blocks overlap, so that none is missed between two."""
    resume: int | None = 0
    """Where the search goes on; None while the end of a line that has its hit is not in sight."""
    for start in range(0, content.size, BLOCK):
        block = content.bytes(start, start + BLOCK + len(query) - 1)
        if resume is None:
            feed = block.find(LF)
            if feed < 0:
                continue
            resume = start + feed + 1
        at = max(0, resume - start)
        while 0 <= (found := block.find(query, at)) < BLOCK:
            yield start + found
            at = block.find(LF, found + len(query)) + 1
            resume = start + at if at else None
            if not at:
                break


def _count(content: Content, query: bytes, start: int) -> int:
    """How many lines contain the query from the start of a line on; counts many at once."""
    total = 0
    is_new = True
    """Whether the line at the beginning of a block was not counted before."""
    for begin in range(start, content.size, BLOCK):
        block = content.bytes(begin, begin + BLOCK + len(query) - 1)
        first, *others = block.split(query)
        if others:
            total += is_new or LF in first
            total += sum(LF in between for between in others[:-1])
            is_new = False
        is_new = is_new or LF in (others[-1] if others else first)
    return total


def _hit(content: Content, offset: int) -> Hit:
    line = content.line_at(offset)
    span = content.span(line)
    return Hit(line, content.length(span._replace(end=offset)) + 1)
