"""The beginning and the end of output of any size, with the middle left out, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specrun.artifacts.content import Span

if TYPE_CHECKING:
    from specrun.artifacts.content import Content
    from specrun.context.trace import Ranges

WIDEST = 4
"""Bytes of a character at most."""


class Stretch(NamedTuple):
    """The first lines of an artifact. `characters` is how many they have, the last line feed not included."""

    content: Content
    last: int
    end: int
    characters: int

    def head(self, count: int) -> str:
        """The first characters."""
        data = self.content.bytes(0, min(self.end, WIDEST * count + WIDEST))
        return data.decode("utf-8", "replace")[:count]

    def tail(self, count: int) -> str:
        """The last characters."""
        data = self.content.bytes(max(0, self.end - WIDEST * count - WIDEST), self.end)
        text = data.decode("utf-8", "replace")
        return text[max(0, len(text) - count) :]


class Cut(NamedTuple):
    """What is left of a text, and which lines of the artifact stand in it whole."""

    text: str
    lines: Ranges


def first_lines(content: Content, count: int) -> Stretch:
    """The first lines of an artifact, or all."""
    last = min(count, content.lines)
    end = content.start_of(last + 1)
    if end and content.bytes(end - 1, end) == b"\n":
        end -= 1
    return Stretch(content, last, end, content.length(Span(0, end)))


class _CutPoints(NamedTuple):
    """How the middle is left out of a text: characters of its beginning, a mark, characters of its end."""

    head: int
    mark: str
    tail: int


def _cut_points(length: int, limit: int) -> _CutPoints:
    """Where to cut a text of `length` characters to exactly `limit`, which is less, its mark included."""
    # A longer number makes a longer mark, which makes the number larger: it settles within a few steps.
    cut, mark = 0, ""
    while (wanted := length - limit + len(mark)) != cut:
        cut, mark = wanted, f"\n[... {wanted} characters left out ...]\n"
    if len(mark) > limit:
        return _CutPoints(limit, "", 0)
    kept = limit - len(mark)
    return _CutPoints(kept - kept // 2, mark, kept // 2)


def cut(stretch: Stretch, limit: int, after: str = "") -> Cut:
    """The text of a stretch with `after` behind it, in at most `limit` characters: the middle is left out."""
    length = stretch.characters + len(after)
    if length <= limit:
        lines = ((1, stretch.last),) if stretch.last else ()
        return Cut(stretch.head(stretch.characters) + after, lines)
    points = _cut_points(length, limit)
    head = stretch.head(points.head)
    head += after[: points.head - len(head)]
    own = max(0, points.tail - len(after))
    tail = stretch.tail(own)
    end = after[len(after) - (points.tail - own) :]
    whole = _whole(stretch, min(points.head, stretch.characters), own)
    return Cut(head + points.mark + tail + end, whole)


def _whole(stretch: Stretch, head: int, tail: int) -> Ranges:
    """The lines that stand whole in so many characters of the beginning and of the end.

    A line is whole also where the cut is right before its line end or right after its line feed.
    """
    first = stretch.head(head + 1).count("\n") if head else 0
    if head and stretch.head(head + 2)[head:] == "\r\n":
        first += 1
    rest = stretch.tail(tail + 1).count("\n") if tail else 0
    if head == stretch.characters:
        first = stretch.last
    if tail == stretch.characters:
        rest = stretch.last
    before = ((1, first),) if first else ()
    return (*before, (stretch.last - rest + 1, stretch.last)) if rest else before
