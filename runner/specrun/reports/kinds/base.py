"""What a kind of benchmark adds to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from specrun.reports.escape import Markdown
from specrun.reports.findings.base import Rule
from specrun.results.model import Results


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of `results.md`. The heading is raw text."""

    heading: str
    body: Markdown


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart: the name of its file, what it shows for those who do not see it, and how it is drawn."""

    file: str
    alt: str
    draw: Callable[[Results], bytes]


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A table for a terminal; all columns but the first are aligned to the right."""

    titles: tuple[str, ...]
    rows: Sequence[Sequence[str]]


def no_sections(results: Results) -> Iterator[Section]:
    """Add nothing to the report."""
    del results
    return iter(())


def no_grid(results: Results) -> Grid | None:
    """Add nothing on a terminal."""
    del results
    return None


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """How the report of a kind differs from others. All functions are pure."""

    charts: tuple[Chart, ...]
    rules: tuple[Rule, ...]
    """In the order of their findings."""
    sections: Callable[[Results], Iterable[Section]] = no_sections
    """They stand before the tables that every report has."""
    grid: Callable[[Results], Grid | None] = no_grid
    """What a terminal shows besides the agents."""
