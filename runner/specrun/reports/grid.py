"""The grid of a chart: what came of each agent on each case, as a colour and a letter or a shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from specrun.reports import selection
from specrun.reports.escape import plain, squeeze
from specrun.results.model import COUNTED, Results, Trial

CELL = 22
SLANT = 6
"""How much higher a slanted name above a column is for each of its characters; estimated."""
COLUMN_NAME = 14
ROW_NAME = 26
"""How many characters of a name are shown."""
MOST_COLUMNS = 23
MOST_ROWS = 60
PITCHES = ((26, CELL), (94, 12))
"""Up to how many cases an agent's cells have which size, in a band."""
SMALLEST = 7
GAP = 8


class Style(msgspec.Struct, frozen=True):
    """How a kind of cell looks. White letters on the colour have a contrast of at least 4.5."""

    letter: str
    colour: str
    name: str
    shape: str


STYLES = {
    "passed": Style("P", "#1a7f37", "passed", "full"),
    "some": Style("S", "#0f6b73", "passed in some repetitions", "lower"),
    "failed": Style("F", "#cf222e", "failed", "hollow"),
    "agent_error": Style("E", "#8250df", "agent error", "left"),
    "agent_timeout": Style("T", "#9a6700", "agent timeout", "left"),
    "budget_exceeded": Style("B", "#a8326e", "budget exceeded", "left"),
    "invalid_case": Style("I", "#57606a", "invalid case", "dot"),
    "infra_error": Style("X", "#0969da", "infra error", "dot"),
    "unavailable": Style("U", "#6a737d", "unavailable", "dot"),
    "cancelled": Style("C", "#424a53", "cancelled", "dot"),
}
"""By outcome; `some` is for repetitions that do not agree."""


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A label of a row or column."""

    x: int
    y: int
    text: str
    tip: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in the middle of a cell."""

    x: int
    y: int
    text: str


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A grid, laid out: `paths` are the outlines of all cells of a colour."""

    note: str
    rows: tuple[Name, ...]
    columns: tuple[Name, ...]
    paths: dict[str, str]
    letters: tuple[Letter, ...]
    bottom: int


class _Cell(msgspec.Struct, frozen=True, kw_only=True):
    x: int
    y: int
    kind: str


def kind(trials: Sequence[Trial]) -> str:
    """Return what a cell shows of the trials of one agent on one case; at least one.

    Those that count go before those that do not. Where they differ and none passed, it is `failed`.
    """
    outcomes = {trial.outcome for trial in selection.counted(trials)} or {trial.outcome for trial in trials}
    if len(outcomes) == 1:
        return str(outcomes.pop())
    if "passed" in outcomes:
        return "some"
    return "failed" if outcomes <= COUNTED else str(min(outcomes))


def kinds(results: Results) -> dict[tuple[str, str], str]:
    """Return what each cell shows, by agent and case."""
    return {
        (agent, case): kind(group)
        for agent, trials in selection.by_agent(results).items()
        for case, group in selection.by_case(trials).items()
    }


def grid(results: Results, *, left: int, top: int, right: int) -> Grid:
    """Lay out a row for each case and a column for each agent; where there are too many, bands."""
    if len(results.agents) <= MOST_COLUMNS and len(results.cases) <= MOST_ROWS:
        longest = max((len(plain(agent.id)) for agent in results.agents), default=0)
        return _table(results, left, top + GAP + SLANT * min(longest, COLUMN_NAME))
    return _bands(results, left, top + GAP, right)


def _table(results: Results, left: int, top: int) -> Grid:
    shown = kinds(results)
    xs = {agent.id: left + index * CELL for index, agent in enumerate(results.agents)}
    ys = {case.id: top + index * CELL for index, case in enumerate(results.cases)}
    cells = [_Cell(x=xs[agent], y=ys[case], kind=name) for (agent, case), name in shown.items()]
    return Grid(
        note="",
        rows=tuple(_name(case, left - 10, y + 15, ROW_NAME) for case, y in ys.items()),
        columns=tuple(_name(agent, x + 14, top - 8, COLUMN_NAME) for agent, x in xs.items()),
        paths=_paths(cells, CELL),
        letters=tuple(_letters(cells)),
        bottom=top + len(ys) * CELL,
    )


def _bands(results: Results, left: int, top: int, right: int) -> Grid:
    """Give each agent a band of cells, as many to a line as there is room for."""
    amount = len(results.cases)
    pitch = next((size for most, size in PITCHES if amount <= most), SMALLEST)
    line = (right - left) // pitch
    height = -(-amount // line) * pitch + GAP
    tops = {agent.id: top + index * max(height, 16) for index, agent in enumerate(results.agents)}
    places = {case.id: divmod(index, line) for index, case in enumerate(results.cases)}
    cells = [
        _Cell(x=left + places[case][1] * pitch, y=tops[agent] + places[case][0] * pitch, kind=name)
        for (agent, case), name in kinds(results).items()
    ]
    return Grid(
        note="Cases run from left to right, in the order of the report.",
        rows=tuple(_name(agent, left - 10, y + 11, ROW_NAME) for agent, y in tops.items()),
        columns=(),
        paths=_paths(cells, pitch),
        letters=tuple(_letters(cells)) if pitch == CELL else (),
        bottom=max(tops.values(), default=top) + height,
    )


def _name(text: str, x: int, y: int, length: int) -> Name:
    return Name(x=x, y=y, text=squeeze(plain(text), length), tip=plain(text))


def _letters(cells: Sequence[_Cell]) -> Iterator[Letter]:
    return (Letter(x=cell.x + 10, y=cell.y + 14, text=STYLES[cell.kind].letter) for cell in cells)


def _paths(cells: Sequence[_Cell], pitch: int) -> dict[str, str]:
    """Draw the cells of each colour as one path. Small cells have no letters, and a shape instead."""
    paths = {}
    for name, style in STYLES.items():
        shape = "full" if pitch == CELL else style.shape
        outlines = [_outline(cell.x, cell.y, pitch - 2, shape) for cell in cells if cell.kind == name]
        if outlines:
            paths[style.colour] = "".join(outlines)
    return paths


def _outline(x: int, y: int, size: int, shape: str) -> str:
    """Draw a shape in a square. Where outlines lie in one another, the inner one is a hole."""
    half = size // 2
    match shape:
        case "hollow":
            return _square(x, y, size, size) + _square(x + 1, y + 1, size - 2, size - 2)
        case "lower":
            return _square(x, y + half, size, size - half)
        case "left":
            return _square(x, y, half, size)
        case "dot":
            return _square(x + half - 1, y + half - 1, 2, 2)
        case _:
            return _square(x, y, size, size)


def _square(x: int, y: int, width: int, height: int) -> str:
    return f"M{x} {y}h{width}v{height}h-{width}z"
