"""The chart of a context benchmark: how often policies are right, against what that takes, by arm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from specrun.reports.escape import cut, plain
from specrun.reports.kinds.base import Chart
from specrun.reports.kinds.context.ablation import ablation
from specrun.reports.kinds.context.points import Point, points
from specrun.reports.kinds.context.scale import scale
from specrun.reports.kinds.context.scatter import apart
from specrun.reports.kinds.context.words import share
from specrun.reports.template import fill
from specrun.reports.wording import number
from specrun.results.model import Results

WIDTH = 800
LEFT, RIGHT = 64, 776
TOP, BOTTOM = 104, 424
"""Where 100% and 0% lie; there is room for points beyond them."""
ROOM = 20
LETTER = 7
LABEL = 26
SIZE = 6
FOOT = 16
"""How far below its true place the line to a moved point begins: between points of a row none is seen."""

COLOURS = (
    "#1f2328", "#0969da", "#cf222e", "#1a7f37", "#8250df", "#bc4c00", "#0f7b83", "#bf3989", "#7d4e00",
    "#5a6b00", "#44509e", "#953800",
)  # fmt: skip
"""Of the arms, in their order; the baseline is black. Further arms are not drawn.

All have a contrast of at least 4.5 to white.
"""
SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "cross", "down", "bar")
"""Of the policies, in their order."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A point, or the sign of an entry of the legend. `line` leads to below where a moved point belongs."""

    path: str
    colour: str
    tip: str
    line: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the legend: a sign and a name."""

    x: int
    y: int
    text: str
    sign: Drawn


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
    xs: list[tuple[int, str]]
    ys: list[tuple[int, str]]
    points: list[Drawn]
    headings: list[tuple[int, str]]
    legend: list[Entry]


def layout(results: Results) -> Layout:
    """Lay out the chart: a point for each policy in each of the first arms, over all fixtures."""
    arms = ablation(results)
    measured = list(points(arms))
    used = list(dict.fromkeys(point.arm for point in measured))
    colours = dict(zip(used, COLOURS, strict=False))
    shown = [point for point in measured if point.arm in colours]
    shapes = {policy: SHAPES[min(place, len(SHAPES) - 1)] for place, policy in enumerate(arms.policies)}
    x = scale((point.tokens for point in shown), LEFT + 16, RIGHT - 16)
    true_places = [(x.x(point.tokens), _y(point.right / point.fixtures)) for point in shown]
    places = apart(true_places, LEFT + SIZE + 2, RIGHT - SIZE - 2)
    first = BOTTOM + ROOM + 84
    arm_entries = _entries(((arm, "circle", colour) for arm, colour in colours.items()), first)
    second = max((entry.y for entry in arm_entries), default=first) + 44
    entries = [*arm_entries, *_entries(((name, shape, COLOURS[0]) for name, shape in shapes.items()), second)]
    return Layout(
        width=WIDTH,
        height=max((entry.y for entry in entries), default=first) + 24,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        room=ROOM,
        title=cut(plain(results.benchmark.title or results.benchmark.id), 80),
        description=cut("; ".join(map(_tip, shown)), 2000),
        xs=x.ticks(),
        ys=[(_y(part / 4), f"{part * 25}%") for part in range(5)],
        points=[
            Drawn(
                path=outline(shapes[point.policy], *place),
                colour=colours[point.arm],
                tip=_tip(point),
                line="" if place == true else f"M{true[0]} {true[1] + FOOT}L{place[0]} {place[1]}",
            )
            for point, true, place in zip(shown, true_places, places, strict=True)
        ],
        headings=[(first - 20, _arms(len(colours), len(used))), (second - 20, "Policy")],
        legend=entries,
    )


def _arms(drawn: int, every: int) -> str:
    return "Arm" if drawn == every else f"Arm (the first {drawn} of {every}; the table has all of them)"


def _y(part: float) -> int:
    return BOTTOM - round(part * (BOTTOM - TOP))


def _tip(point: Point) -> str:
    return plain(
        f"{point.policy} in {point.arm}: right in {point.right} of {point.fixtures}"
        f" ({share(point.right / point.fixtures)}), {number(point.tokens)} estimated tokens on average"
    )


def _entries(signs: Iterable[tuple[str, str, str]], y: int) -> list[Entry]:
    """Lay out an entry for each name, in as many lines as they need."""
    entries: list[Entry] = []
    x = LEFT
    for name, shape, colour in signs:
        text = cut(plain(name), LABEL)
        width = 20 + len(text) * LETTER
        if x + width > RIGHT:
            x, y = LEFT, y + 22
        sign = Drawn(path=outline(shape, x + SIZE, y - 4), colour=colour, tip=plain(name))
        entries.append(Entry(x=x + 18, y=y, text=text, sign=sign))
        x += width + 16
    return entries


def outline(shape: str, x: int, y: int) -> str:
    """Return the path of a shape around a point."""
    if shape == "circle":
        return f"M{x - SIZE} {y}a{SIZE} {SIZE} 0 1 0 {2 * SIZE} 0a{SIZE} {SIZE} 0 1 0 -{2 * SIZE} 0z"
    corners = _CORNERS[shape]
    return "M" + "L".join(f"{x + dx} {y + dy}" for dx, dy in corners) + "z"


_CORNERS: dict[str, Sequence[tuple[int, int]]] = {
    "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    "triangle": ((0, -7), (7, 5), (-7, 5)),
    "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
    "pentagon": ((0, -7), (7, -2), (4, 6), (-4, 6), (-7, -2)),
    "cross": (
        (-2, -6), (2, -6), (2, -2), (6, -2), (6, 2), (2, 2),
        (2, 6), (-2, 6), (-2, 2), (-6, 2), (-6, -2), (-2, -2),
    ),
    "down": ((0, 7), (7, -5), (-7, -5)),
    "bar": ((-6, -2), (6, -2), (6, 2), (-6, 2)),
}  # fmt: skip


def _draw(results: Results) -> bytes:
    return fill("correctness.svg.j2", chart=layout(results))


CORRECTNESS = Chart(
    file="correctness.svg",
    alt="How often each policy is right in each arm, against the estimated tokens that it takes",
    draw=_draw,
)
