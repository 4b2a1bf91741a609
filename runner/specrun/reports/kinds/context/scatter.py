"""Points that would cover each other are moved apart, as little as possible and rather up and down."""

from __future__ import annotations

from collections.abc import Iterable

DISTANCE = 13
"""How far apart the middles of two points are at least, in pixels, in one direction or the other."""
REACH = 8
"""How many places away from its true one a point may be moved."""

_SHIFTS = sorted(
    ((dx * DISTANCE, dy * DISTANCE) for dx in range(-REACH, REACH + 1) for dy in range(-REACH, REACH + 1)),
    key=lambda shift: (4 * shift[0] ** 2 + shift[1] ** 2, abs(shift[0]), shift),
)
"""From no shift to the farthest. Tokens are read off more closely than shares, so up and down comes first."""

Place = tuple[int, int]


def apart(places: Iterable[Place], top: int, bottom: int) -> list[Place]:
    """Return where the points are drawn, in their order. Where there is no room left they stay."""
    taken: set[Place] = set()
    drawn = []
    for x, y in places:
        shifted = ((x + dx, y + dy) for dx, dy in _SHIFTS if top <= y + dy <= bottom)
        place = next((one for one in shifted if not _crowded(one, taken)), (x, y))
        taken.add(place)
        drawn.append(place)
    return drawn


def _crowded(place: Place, taken: set[Place]) -> bool:
    x, y = place
    return any(abs(x - other[0]) < DISTANCE and abs(y - other[1]) < DISTANCE for other in taken)
