"""Looking for a pattern in lines: of what stands in a prompt, of a page, or of a whole artifact."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from specrun.artifacts.clean import clean_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.content import Content


_ENDS_OF_TEXT = re.compile(r"\\[Az]|\(\?[a-zA-Z]*-")
r"""What lets a pattern ask for the ends of the text itself: `\A`, `\z`, and flags that are switched off."""


class Pattern:
    """A regular expression of RE2 that is looked for in single lines.

    A match is the first group where there is one, else all of it. A carriage return before a line feed is no
    part of a line, and what is not UTF-8 is U+FFFD.
    """

    def __init__(self, text: str) -> None:
        import re2

        self._line = re2.compile(text)
        # In a block of many lines `^` and `$` stand for the ends of each. A pattern that asks for the ends of
        # the text itself is only ever tried on single lines.
        single = _ENDS_OF_TEXT.search(text) is not None
        self._block: Any = None if single else re2.compile(f"(?m){text}")

    def in_text(self, text: str) -> Iterator[str]:
        """The match of each line of a text that has one. The text is without its last line feed."""
        return self._in_block(f"{text}\n".replace("\r\n", "\n").encode("utf-8", "replace"))

    def in_content(self, content: Content) -> Iterator[str]:
        """The match of each line of an artifact that has one, in bounded memory unless a line is huge."""
        for lines in clean_lines(content):
            yield from self._in_block(lines.data)

    def _in_line(self, line: bytes) -> str | None:
        found = self._line.search(line)
        if found is None:
            return None
        matched: bytes = found[1] if self._line.groups and found[1] is not None else found[0]
        # Only the operator \C matches a part of a character.
        return matched.decode(errors="replace")

    def _in_block(self, block: bytes) -> Iterator[str]:
        """Find matches in whole lines. A match over several lines only tells in which line to look closer."""
        position = 0
        while position < len(block):
            if self._block is not None:
                found = self._block.search(block, position)
                if found is None:
                    return
                position = block.rfind(b"\n", position, found.start()) + 1 or position
                if position == len(block):  # What matches is the nothing behind the last line.
                    return
            end = block.find(b"\n", position)
            end = len(block) if end < 0 else end
            if (match := self._in_line(block[position:end])) is not None:
                yield match
            position = end + 1


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """The compiled pattern; it was checked when the spec was loaded."""
    return Pattern(text)
