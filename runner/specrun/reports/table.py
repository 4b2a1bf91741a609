"""Markdown tables: one row on one line, unpadded, so that a changed value changes one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specrun.reports.escape import Markdown, markdown
from specrun.reports.wording import NOT_MEASURED

Row = Sequence[object]


def table(titles: Sequence[str], rows: Iterable[Row], *, right: Iterable[int] = ()) -> Markdown:
    """Write a table. Every cell is escaped; the columns in `right`, by index, are aligned to the right."""
    numeric = set(right)
    rule = ["--:" if index in numeric else "---" for index in range(len(titles))]
    lines = [_line(titles), f"| {' | '.join(rule)} |", *(_line(row) for row in rows)]
    return Markdown("\n".join(lines))


def _line(cells: Row) -> str:
    return f"| {' | '.join('-' if cell == NOT_MEASURED else markdown(cell) for cell in cells)} |"
