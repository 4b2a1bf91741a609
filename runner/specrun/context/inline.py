"""What an arm puts into the prompt besides the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.context.material import Source
from specrun.context.trace import Ranges, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.lines_found import Pattern

SEPARATOR = "\n"
"""Between two parts."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Text, or the whole of an artifact, which is never put together in memory."""

    text: str = ""
    whole: Source | None = None
    artifact: str | None = None
    """Which artifact the text is of."""
    lines: Ranges = ()
    """The lines of that artifact that stand in it, whole."""

    @property
    def characters(self) -> int:
        """Unicode scalars."""
        return self.whole.characters if self.whole else len(self.text)

    def matches(self, pattern: Pattern) -> Iterator[str]:
        """The match of each line that has one."""
        return pattern.in_content(self.whole.content) if self.whole else pattern.in_text(self.text)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the context that is kept or dropped: a whole artifact, or consecutive lines of one."""

    id: str
    source: Source
    first: int
    last: int
    bytes: int

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the artifact."""
        return (self.first, self.last) == (1, max(1, self.source.content.lines))


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a segment is kept. `confidence` is 0 to 1, None where the rule knows no doubt."""

    segment: Segment
    kept: bool
    confidence: float | None = None


class Inline(msgspec.Struct, frozen=True, kw_only=True):
    """The context of one arm."""

    parts: tuple[Part, ...]
    tools: bool
    """Whether the artifact tools can be called."""
    decisions: tuple[Decision, ...]
    compactions: int = 0
    skips: tuple[Skip, ...] = ()

    @property
    def characters(self) -> int:
        """Unicode scalars of all parts and what separates them."""
        return sum(part.characters for part in self.parts) + len(SEPARATOR) * max(0, len(self.parts) - 1)

    def matches(self, pattern: Pattern) -> Iterator[str]:
        """The match of each line that has one, from the top."""
        for part in self.parts:
            yield from part.matches(pattern)
