"""The signs of charts with points: shapes and colours that are told apart, and legends that name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from specrun.reports.escape import cut, plain

SIZE = 6
LETTER = 7
LABEL = 26
"""How many characters of a name a legend shows; the whole name is its tooltip."""

COLOURS = (
    "#1f2328", "#0969da", "#cf222e", "#1a7f37", "#8250df", "#bc4c00", "#0f7b83", "#bf3989", "#7d4e00",
    "#5a6b00", "#44509e", "#953800",
)  # fmt: skip
"""All have a contrast of at least 4.5 to white. The first one is black."""
SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "cross", "down", "bar")


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A point, or the sign of an entry of a legend. `line` leads to below where a moved point belongs."""

    path: str
    colour: str
    tip: str
    line: str = ""


class Name(msgspec.Struct, frozen=True):
    """What a legend says of a sign."""

    text: str
    shape: str
    colour: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a legend: a sign and a name."""

    x: int
    y: int
    text: str
    sign: Sign


def entries(names: Iterable[Name], y: int, *, left: int, right: int) -> list[Entry]:
    """Lay out an entry for each name between `left` and `right`, in as many lines as they need, from `y`."""
    made: list[Entry] = []
    x = left
    for name in names:
        text = cut(plain(name.text), LABEL)
        width = 20 + len(text) * LETTER
        if x + width > right:
            x, y = left, y + 22
        sign = Sign(path=outline(name.shape, x + SIZE, y - 4), colour=name.colour, tip=plain(name.text))
        made.append(Entry(x=x + 18, y=y, text=text, sign=sign))
        x += width + 16
    return made


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
