"""Cutting artifacts into the segments that pruning keeps or drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.inline import Part, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specrun.context.material import Source

LARGEST = 64 * 1024 * 1024
"""Bytes of a segment whose text is looked at."""


def whole(source: Source) -> Segment:
    """An artifact as one segment."""
    last = max(1, source.content.lines)
    return Segment(id=source.name, source=source, first=1, last=last, bytes=source.content.size)


def segments(sources: Iterable[Source], lines: int | None) -> Iterator[Segment]:
    """The segments of all artifacts, in order, of so many lines each; an artifact is one unless given."""
    for source in sources:
        content = source.content
        if lines is None or content.lines <= lines:
            yield whole(source)
            continue
        for first in range(1, content.lines + 1, lines):
            last = min(content.lines, first + lines - 1)
            size = content.start_of(last + 1) - content.start_of(first)
            name = f"{source.name}:{first}-{last}"
            yield Segment(id=name, source=source, first=first, last=last, bytes=size)


def text_of(segment: Segment) -> str:
    """The text of a segment, without its last line feed. Raises ValueError if it is too large."""
    if segment.bytes > LARGEST:
        raise ValueError(f"segment {segment.id} has {segment.bytes} bytes; arms look at {LARGEST} at most")
    content = segment.source.content
    start = content.start_of(segment.first)
    text = content.bytes(start, start + segment.bytes).decode("utf-8", "replace")
    return text.removesuffix("\n").removesuffix("\r")


def part_of(segment: Segment) -> Part:
    """A segment as it stands in the prompt."""
    lines = ((segment.first, segment.last),) if segment.source.content.lines else ()
    if segment.is_whole:
        return Part(whole=segment.source, artifact=segment.source.name, lines=lines)
    return Part(text=text_of(segment), artifact=segment.source.name, lines=lines)
