"""Searches that need clean lines: patterns, and plain text with characters that bytes do not tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from specrun.artifacts.clean import LONGEST_LINE, clean_lines
from specrun.artifacts.hits import Found, Hit
from specrun.artifacts.lines import LF
from specrun.artifacts.model import ArtifactError
from specrun.spec.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.content import Content

Search = Callable[[bytes, int], tuple[int, int] | None]
"""The first match in lines from an offset on, begin and end, or None.

It begins in the first line that has a match, but may go on over the end of that line.
"""

Verify = Callable[[bytes], int]
"""Where the first match begins in a single line without its line feed; -1 if there is none."""

_EDGES = re.compile(r"\\[AzQ]|\(\?[a-zA-Z]*-[a-zA-Z]*m")
"""Parts of a pattern that mean another thing in many lines than in one: text edges, and `m` switched off."""


class Matcher:
    """Says which lines match."""

    def __init__(self, search: Search, verify: Verify) -> None:
        self._search = search
        self._verify = verify

    def find(self, content: Content, wanted: range, longest: int = LONGEST_LINE) -> Found:
        """The lines that match, and of them those with an index in `wanted`, from 0."""
        hits, half_searched, total = [], [], 0
        for lines in clean_lines(content, longest):
            if not lines.complete:
                half_searched.append(content.line_at(lines.offset))
            for start, at in self._starts(lines.data):
                if total in wanted:
                    line = content.line_at(lines.offset) + lines.data.count(LF, 0, start)
                    hits.append(Hit(line, len(lines.data[start:at].decode(errors="ignore")) + 1))
                total += 1
        return Found(hits, total, tuple(half_searched))

    def _starts(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Of each line that matches, its offset and that of its match."""
        position = 0
        while position < len(data) and (found := self._search(data, position)):
            begin, end = found
            start = data.rfind(LF, position, begin) + 1 or position
            feed = data.find(LF, begin)
            if feed < 0:
                return
            # A match may have begun here only because it could go on in the next line.
            at = begin if end <= feed else start + self._verify(data[start:feed])
            if at >= start:
                yield start, at
            position = feed + 1


def literal_matcher(query: str) -> Matcher:
    """Match lines that contain a text."""
    needle = query.encode()

    def search(data: bytes, start: int) -> tuple[int, int] | None:
        found = data.find(needle, start)
        return (found, found + len(needle)) if found >= 0 else None

    return Matcher(search, lambda line: line.find(needle))


def regex_matcher(pattern: str) -> Matcher:
    """Match lines with an RE2 pattern, in linear time. `^`, `$`, `\\A` and `\\z` mean the edges of a line.

    Raises ArtifactError if RE2 cannot run the pattern.
    """
    single = _compiled(pattern)

    def verify(line: bytes) -> int:
        match = single.search(line)
        return match.start() if match else -1

    if _EDGES.search(pattern):
        return Matcher(lambda data, start: (start, len(data)), verify)
    many = _compiled(f"(?m:{pattern})")

    def search(data: bytes, start: int) -> tuple[int, int] | None:
        match = many.search(data, start)
        return match.span() if match else None

    return Matcher(search, verify)


def _compiled(pattern: str):  # type: ignore[no-untyped-def]  # re2 has no types
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_nl = True
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args else "unknown reason"
        raise ArtifactError(f"not a regular expression that RE2 can run: {printable(reason)}") from None
