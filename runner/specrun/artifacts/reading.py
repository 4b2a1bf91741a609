"""Read and tail: consecutive lines of an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.artifacts.page import Argument, Call, Limits, Page
from specrun.artifacts.rows import Row, Window, last_row, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.content import Content


def read(
    content: Content, limits: Limits, start_line: int = 1, limit: int | None = None, column: int = 1
) -> Page:
    """Lines from `start_line` on, as many as `limit` and the page allow; of the first one from `column` on.

    A line that does not fit on a page of its own is cut. `start_line` and `column` below 1 are 1, `limit` is
    clamped to what a page can have. Past the end the page is empty and says so.
    """
    start, column, count = max(1, start_line), max(1, column), limits.clamp(limit)
    if start > content.lines:
        return _page("read", content, [], _past_end(content, start), None)
    rows = _rows(content, limits, start, count, column)
    last, after = rows[-1], rows[-1].line + 1
    text, going_on = "\n".join(row.text for row in rows), None
    if last.goes_on is not None:  # The mark in the line says so; a footer would lead past its rest.
        going_on = {"start_line": last.line, "column": last.goes_on}
    elif after <= content.lines:
        text += f"\n[lines {start}-{after - 1} of {content.lines} | next: start_line={after}]"
        going_on = {"start_line": after}
    return _page("read", content, rows, text, _read_on(content, going_on, limit))


def _read_on(content: Content, going_on: dict[str, int] | None, limit: int | None) -> Call | None:
    if going_on is None:
        return None
    args: dict[str, Argument] = {"artifact": content.artifact.id, **going_on}
    return Call("read", args if limit is None else {**args, "limit": limit})


def tail(content: Content, limits: Limits, lines: int | None = None) -> Page:
    """The last lines, as many as `lines` and the page allow; of a last line that is too long, its end."""
    count = min(limits.clamp(lines), content.lines)
    if not count:
        return _page("tail", content, [], _past_end(content, 1), None)
    rows = _last_rows(content, limits, count)
    first = rows[0].line
    text, before = "\n".join(row.text for row in rows), None
    if first > 1:
        page = max(1, first - limits.page_lines)
        args: dict[str, Argument] = {
            "artifact": content.artifact.id,
            "start_line": page,
            "limit": first - page,
        }
        before = Call("read", args)
        way = f"read start_line={page} limit={first - page}"
        text += f"\n[lines {first}-{content.lines} of {content.lines} | before: {way}]"
    return _page("tail", content, rows, text, before)


def _page(tool: str, content: Content, rows: list[Row], text: str, following: Call | None) -> Page:
    return Page(
        tool=tool,
        artifact=content.artifact.id,
        text=text,
        lines=tuple(row.line for row in rows),
        partial=tuple(row.line for row in rows if row.partial),
        total_lines=content.lines,
        next=following,
    )


def _past_end(content: Content, start: int) -> str:
    if not content.lines:
        return "[the artifact is empty: 0 lines]"
    return (
        f"[no line {start}: the artifact has {content.lines} lines, the last is start_line={content.lines}]"
    )


def _rows(content: Content, limits: Limits, start: int, count: int, column: int) -> list[Row]:
    rows = []
    room = limits.text_bytes
    if column > 1:
        rows.append(row(_prefix(start), content, start, Window(column, room, room)))
        if rows[0].goes_on is not None:
            return rows
        room -= rows[0].bytes
        start, count = start + 1, count - 1
    for line in _whole(content, start, count, room):
        room -= line.bytes
        if room < 0:
            break
        rows.append(line)
    return rows or [row(_prefix(start), content, start, Window(1, limits.text_bytes, limits.text_bytes))]


def _whole(content: Content, start: int, count: int, room: int) -> Iterator[Row]:
    """Up to `count` lines, no fewer than fit into `room` bytes: text is never shorter than its bytes."""
    offset = content.start_of(start)
    data = content.bytes(offset, offset + max(0, room) + 2)
    pieces = data.split(b"\n")
    rest = pieces.pop()
    if rest and offset + len(data) == content.size:
        pieces.append(rest)
    for line, piece in enumerate(pieces[:count], start):
        yield Row(line, _prefix(line) + piece.removesuffix(b"\r").decode(errors="replace"))


def _last_rows(content: Content, limits: Limits, count: int) -> list[Row]:
    """The last `count` lines, or as many of them as fit."""
    last, room = content.lines, limits.text_bytes
    start = content.start_of(last - count + 1)
    data = content.bytes(max(start, content.size - room - 2), content.size).removesuffix(b"\n")
    rows: list[Row] = []
    for line, piece in zip(range(last, last - count, -1), reversed(data.split(b"\n")), strict=False):
        found = Row(line, _prefix(line) + piece.removesuffix(b"\r").decode(errors="replace"))
        room -= found.bytes
        if room < 0:
            break
        rows.append(found)
    return rows[::-1] or [last_row(_prefix(last), content, last, limits.text_bytes)]


def _prefix(line: int) -> str:
    return f"{line:>5}: "
