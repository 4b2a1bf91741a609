"""The chart of a report: a bar for the pass rate of each agent, above a grid of outcomes.

A pure layout in whole pixels, which the template only writes down. Widths of text are estimated, since what
measures text differs by machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from specrun.reports import selection
from specrun.reports.escape import cut, plain, squeeze
from specrun.reports.grid import STYLES, Grid, grid, kinds
from specrun.reports.wording import count, counts, interval, number
from specrun.results.model import AgentSummary, Results

WIDTH = 800
MARGIN = 16
LEFT = 210
"""Where bars and cells start; their labels end a little before it."""
FULL = 440
"""The length of a bar of 100%."""
ROW = 26
TOP = 52
LABEL = 26
"""How many characters of a name are shown; the whole name is its tooltip."""
LETTER = 7
"""The estimated width of a character."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """The pass rate of an agent. `length`, `low` and `high` are None where nothing counts."""

    label: str
    tip: str
    text: str
    y: int
    baseline: bool
    length: int | None
    low: int | None
    high: int | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the legend."""

    x: int
    y: int
    letter: str
    colour: str
    text: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template writes down."""

    width: int
    height: int
    left: int
    full: int
    top: int
    bottom: int
    title: str
    description: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, str], ...]
    legend: tuple[Entry, ...]
    grid: Grid


def chart(results: Results) -> Chart:
    """Lay out the chart of a run, of 1 to 50 agents on 1 to 500 cases or so."""
    kinds = {agent.id: agent.type for agent in results.agents}
    bars = tuple(
        _bar(summary, TOP + index * ROW, baseline=kinds[summary.agent] in selection.BASELINES)
        for index, summary in enumerate(results.summaries)
    )
    bottom = TOP + len(bars) * ROW
    legend = _legend(results, bottom + 74)
    cells = grid(results, left=LEFT, top=(legend[-1].y if legend else bottom + 74) + 24, right=WIDTH - MARGIN)
    return Chart(
        width=WIDTH,
        height=cells.bottom + MARGIN,
        left=LEFT,
        full=FULL,
        top=TOP,
        bottom=bottom,
        title=cut(plain(results.benchmark.title or results.benchmark.id), 80),
        description=_description(results),
        bars=bars,
        ticks=tuple((LEFT + FULL * share // 100, f"{share}%") for share in (0, 25, 50, 75, 100)),
        legend=legend,
        grid=cells,
    )


def _bar(summary: AgentSummary, y: int, *, baseline: bool) -> Bar:
    rate = summary.pass_rate
    text = "nothing counts" if rate.value is None else f"{counts(rate)}   {number(rate.value, 'share')}"
    return Bar(
        label=squeeze(plain(summary.agent), LABEL),
        tip=f"{plain(summary.agent)}: {text}, 95% interval {interval(rate)}",
        text=text,
        y=y,
        baseline=baseline,
        length=_length(rate.value),
        low=_length(rate.low),
        high=_length(rate.high),
    )


def _length(share: float | None) -> int | None:
    return None if share is None else round(share * FULL)


def _legend(results: Results, y: int) -> tuple[Entry, ...]:
    """Lay out an entry for each kind of cell, in as many lines as they need."""
    entries: list[Entry] = []
    x = MARGIN
    shown = set(kinds(results).values())
    for style in (style for kind, style in STYLES.items() if kind in shown):
        width = 28 + len(style.name) * LETTER
        if x + width > WIDTH - MARGIN:
            x, y = MARGIN, y + 24
        entries.append(Entry(x=x, y=y, letter=style.letter, colour=style.colour, text=style.name))
        x += width + 12
    return tuple(entries)


def _description(results: Results) -> str:
    """Say in words what the chart shows, for those who do not see it."""
    rates: Sequence[str] = [f"{summary.agent} {counts(summary.pass_rate)}" for summary in results.summaries]
    return cut(plain(f"Passed of {count(len(results.cases), 'case')}: {', '.join(rates)}"), 500)
