"""The chart of a test-writing benchmark: mutants killed, against lines gained."""

from __future__ import annotations

import msgspec

from specrun.reports import selection
from specrun.reports.escape import cut, plain
from specrun.reports.kinds.base import Chart
from specrun.reports.kinds.test_writing.measures import GAIN, KILLED, MISSED, MUTANTS, total
from specrun.reports.kinds.test_writing.words import gained, killed
from specrun.reports.scatter import INNER_LEFT, INNER_RIGHT, Legend, Point, Texts, scatter, share_y
from specrun.reports.signs import COLOURS, SHAPES, Name
from specrun.reports.wording import listing
from specrun.results.model import Results, Trial


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent gains and kills, as shares of 1 between 0 and 1."""

    agent: str
    gained: float
    killed: float
    tip: str


def worth(agent: str, trials: list[Trial]) -> Worth | None:
    """Put an agent's counted trials together; None without missed lines or mutants that both are measured."""
    found = total(trials, GAIN, MISSED, KILLED, MUTANTS)
    if found is None:
        return None
    gain, missed, dead, mutants = found.sums
    if missed <= 0 or mutants <= 0:
        return None
    return Worth(
        agent=agent,
        gained=min(max(gain / missed, 0), 1),
        killed=min(max(dead / mutants, 0), 1),
        tip=f"{agent}: {gained(found.trials)}, {killed(found.trials)}",
    )


def _draw(results: Results) -> bytes:
    """Draw a point for each agent; those that cannot be drawn are named."""
    groups = {agent: selection.counted(trials) for agent, trials in selection.by_agent(results).items()}
    found = {agent: worth(agent, trials) for agent, trials in groups.items()}
    names = dict(zip(groups, map(_name, groups, range(len(groups))), strict=True))
    shown = [one for one in found.values() if one is not None]
    missing = [agent for agent, one in found.items() if one is None]
    texts = Texts(
        heading="Mutants killed (upwards) against missed lines gained",
        subtitle="Bottom right: code is run, and next to nothing of it is checked."
        " The line of a moved point starts below its true place.",
        x_label="missed lines gained, over the counted trials",
        xs=[(_x(quarter / 4), f"{quarter * 25}%") for quarter in range(5)],
    )
    points = [
        Point(x=_x(one.gained), y=share_y(one.killed), name=names[one.agent], tip=one.tip) for one in shown
    ]
    drawn = [Legend("Agent", [names[one.agent] for one in shown])] if shown else []
    rest = [Legend(cut(plain(f"Not drawn, for no mutant was tried: {listing(missing)}"), 100), [])]
    return scatter(results, texts, points, [*drawn, *(rest if missing else [])])


def _x(share: float) -> int:
    return INNER_LEFT + round(share * (INNER_RIGHT - INNER_LEFT))


def _name(agent: str, place: int) -> Name:
    """Give each agent a colour; where colours start again, shapes go on."""
    return Name(agent, SHAPES[place % len(SHAPES)], COLOURS[place % len(COLOURS)])


WORTH = Chart(
    file="worth.svg",
    alt="Share of mutants that each agent's tests kill, against the share of missed lines that they gain",
    draw=_draw,
)
