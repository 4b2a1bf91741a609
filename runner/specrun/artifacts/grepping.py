"""Grep: the lines of an artifact that match, with their neighbours."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from specrun.artifacts.hits import Found, Hit
from specrun.artifacts.literal import find_literal, suits
from specrun.artifacts.matchers import literal_matcher, regex_matcher
from specrun.artifacts.model import ArtifactError
from specrun.artifacts.page import Argument, Call, Limits, Page
from specrun.artifacts.rows import Row, Window, row
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from specrun.artifacts.content import Content

LONGEST_QUERY = 1000
"""Characters of a query."""

MOST_CONTEXT = 10
"""Context lines before and after a match."""

LINE_CHARACTERS = 2000
"""Of a longer line only the part around the match is shown."""

_LEAST_ROOM = 400
"""Bytes for one line, below which there are fewer context lines."""


def grep(
    content: Content,
    limits: Limits,
    query: str,
    offset: int = 0,
    limit: int | None = None,
    regex: bool = False,
    context: int = 0,
) -> Page:
    """The lines that contain `query`, or match it as an RE2 pattern, from match number `offset` on, from 0.

    Offsets, `limit` and the footer count matching lines, however often one of them matches. Case matters.
    Raises ArtifactError for a query that cannot be searched for.
    """
    offset, count = max(0, offset), limits.clamp(limit)
    most = min(limits.page_lines, limits.text_bytes // _LEAST_ROOM)
    context = max(0, min(context, MOST_CONTEXT, (most - 1) // 2))
    found = _find(content, query, regex, range(offset, offset + count))
    groups = _fitting(content, limits, found.hits, context)
    rows = [row for group in groups for row in group]
    after = offset + len(groups)
    following = None
    if groups and after < found.total:
        args: dict[str, Argument] = {"artifact": content.artifact.id, "query": query, "offset": after}
        options = {"limit": limit, "regex": regex, "context": context}
        following = Call("grep", args | {name: value for name, value in options.items() if value})
    return Page(
        tool="grep",
        artifact=content.artifact.id,
        text=_text(rows, context > 0, _notes(content, found, offset, len(groups))),
        lines=tuple(row.line for row in rows),
        partial=tuple(row.line for row in rows if row.partial),
        matched=tuple(hit.line for hit in found.hits[: len(groups)]),
        total_lines=content.lines,
        total_matches=found.total,
        next=following,
    )


def _find(content: Content, query: str, regex: bool, wanted: range) -> Found:
    _check(query)
    if regex:
        return regex_matcher(query).find(content, wanted)
    if suits(query):
        return find_literal(content, query, wanted)
    return literal_matcher(query).find(content, wanted)


def _check(query: str) -> None:
    if not query:
        raise ArtifactError("query is empty; give the text to search for")
    if len(query) > LONGEST_QUERY:
        raise ArtifactError(f"query has {len(query)} characters, at most {LONGEST_QUERY} can be searched for")
    if "\n" in query:
        raise ArtifactError(
            "query has a line feed; lines are searched one by one, so give a part of one line"
        )
    if any("\ud800" <= character <= "\udfff" for character in query):
        raise ArtifactError(f"query {quoted(query)} is not Unicode text")


def _fitting(content: Content, limits: Limits, hits: list[Hit], context: int) -> list[list[Row]]:
    """The rows that each hit adds to the page, for as many hits as fit."""
    matched = {hit.line: hit for hit in hits}
    room, lines, shown = limits.text_bytes, limits.page_lines, 0
    groups: list[list[Row]] = []
    for hit in hits:
        first = max(1, hit.line - context, shown + 1)
        last = min(content.lines, hit.line + context)
        last = min([last, *(line - 1 for line in range(hit.line + 1, last + 1) if line in matched)])
        rows = [_row(content, limits, line, matched.get(line), context) for line in range(first, last + 1)]
        room -= sum(row.bytes for row in rows) + len("--\n")
        lines -= len(rows)
        if room < 0 or lines < 0:
            break
        groups.append(rows)
        shown = last
    return groups


def _row(content: Content, limits: Limits, line: int, hit: Hit | None, context: int) -> Row:
    """A line of the page: `7: text` if it matches, `7- text` if it stands beside one that does."""
    room = limits.text_bytes // (2 * context + 1) - len("--\n") - 1
    around = LINE_CHARACTERS // 2
    prefix = f"{line}{':' if hit else '-'} "
    whole = row(prefix, content, line, Window(1, room, LINE_CHARACTERS))
    if hit is None or not whole.partial:
        return whole
    around = min(around, (room - len(prefix)) // 8)
    return row(prefix, content, line, Window(max(1, hit.column - around), room, LINE_CHARACTERS))


def _text(rows: list[Row], has_context: bool, notes: list[str]) -> str:
    parts = [rows[0].text] if rows else []
    for before, after in pairwise(rows):
        if has_context and after.line != before.line + 1:
            parts.append("--")
        parts.append(after.text)
    return "\n".join([*parts, *notes])


def _notes(content: Content, found: Found, offset: int, shown: int) -> list[str]:
    """What stands below the lines; nothing where every match is shown."""
    notes = []
    if not found.total:
        notes.append(f"[0 matches in {content.lines} lines]")
    elif not shown:
        notes.append(f"[no match at offset={offset}: there are {found.total} matches, from offset=0]")
    elif offset + shown < found.total or offset:
        more = f" | next: offset={offset + shown}" if offset + shown < found.total else ""
        notes.append(f"[matches {offset + 1}-{offset + shown} of {found.total}{more}]")
    if found.half_searched:
        names = f"line {found.half_searched[0]}"
        names += f" and {len(found.half_searched) - 1} more" if len(found.half_searched) > 1 else ""
        notes.append(f"[too long to be searched to the end: {names}]")
    return notes
