"""Points that would cover each other are moved apart, as little as possible and only sideways."""

from __future__ import annotations

from collections.abc import Iterable

DISTANCE = 13
"""How far apart the middles of two points are at least, in pixels, in one direction or the other."""

Place = tuple[int, int]


def apart(places: Iterable[Place], left: int, right: int) -> list[Place]:
    """Return where points between `left` and `right` are drawn, in their order, never outside.

    A share stays what it is, for it is read off at a line. Where there is no room left they stay.
    """
    taken: set[Place] = set()
    drawn = []
    for x, y in places:
        near = sorted(range(left, right + 1), key=lambda other: (abs(other - x), other))
        place = next(((other, y) for other in near if not _crowded((other, y), taken)), (x, y))
        taken.add(place)
        drawn.append(place)
    return drawn


def _crowded(place: Place, taken: set[Place]) -> bool:
    x, y = place
    return any(abs(x - other[0]) < DISTANCE and abs(y - other[1]) < DISTANCE for other in taken)
