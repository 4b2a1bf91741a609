"""Charts with points: a share of 100% upwards, against something else.

A pure layout in whole pixels, which the template only writes down.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from specrun.reports.apart import apart
from specrun.reports.escape import cut, plain
from specrun.reports.signs import SIZE, Entry, Name, Sign, entries, outline
from specrun.reports.template import fill
from specrun.results.model import Results

WIDTH = 800
LEFT, RIGHT = 64, 776
INNER_LEFT, INNER_RIGHT = LEFT + 16, RIGHT - 16
"""Where the axis to the right starts and ends."""
TOP, BOTTOM = 104, 424
"""Where 100% and 0% lie; there is room for points beyond them."""
ROOM = 20
FOOT = 16
"""How far below its true place the line to a moved point begins: between points of a row none is seen."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn where. `tip` says what it stands for."""

    x: int
    y: int
    name: Name
    tip: str


class Legend(msgspec.Struct, frozen=True):
    """Names under a heading."""

    heading: str
    names: Sequence[Name]


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What is written around the points, and the lines of the axis to the right with their values."""

    heading: str
    subtitle: str
    x_label: str
    xs: list[tuple[int, str]]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template writes down."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    room: int
    title: str
    description: str
    heading: str
    subtitle: str
    x_label: str
    xs: list[tuple[int, str]]
    ys: list[tuple[int, str]]
    points: list[Sign]
    headings: list[tuple[int, str]]
    legend: list[Entry]


def scatter(results: Results, texts: Texts, points: Sequence[Point], legends: Sequence[Legend]) -> bytes:
    """Draw a chart of a run."""
    return fill("scatter.svg.j2", chart=layout(results, texts, points, legends))


def layout(results: Results, texts: Texts, points: Sequence[Point], legends: Sequence[Legend]) -> Layout:
    """Lay out points, moved apart where they would cover each other, above the legends."""
    places = apart(((point.x, point.y) for point in points), LEFT + SIZE + 2, RIGHT - SIZE - 2)
    headings: list[tuple[int, str]] = []
    named: list[Entry] = []
    y = first = BOTTOM + ROOM + 84
    for legend in legends:
        headings.append((y - 20, legend.heading))
        found = entries(legend.names, y, left=LEFT, right=RIGHT)
        named += found
        y = max((entry.y for entry in found), default=first) + 44
    return Layout(
        width=WIDTH,
        height=max(first, *(heading for heading, _ in headings), *(entry.y for entry in named)) + 24,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        room=ROOM,
        title=cut(plain(results.benchmark.title or results.benchmark.id), 80),
        description=cut("; ".join(plain(point.tip) for point in points), 2000),
        heading=texts.heading,
        subtitle=texts.subtitle,
        x_label=texts.x_label,
        xs=texts.xs,
        ys=[(share_y(part / 4), f"{part * 25}%") for part in range(5)],
        points=[_sign(point, place) for point, place in zip(points, places, strict=True)],
        headings=headings,
        legend=named,
    )


def share_y(share: float) -> int:
    """Return how high a share is drawn."""
    return BOTTOM - round(share * (BOTTOM - TOP))


def _sign(point: Point, place: tuple[int, int]) -> Sign:
    moved = place != (point.x, point.y)
    return Sign(
        path=outline(point.name.shape, *place),
        colour=point.name.colour,
        tip=plain(point.tip),
        line=f"M{point.x} {point.y + FOOT}L{place[0]} {place[1]}" if moved else "",
    )
