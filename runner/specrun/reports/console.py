"""The tables that end a run on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specrun.reports.escape import cut, plain
from specrun.reports.kinds import kind_of
from specrun.reports.wording import counts, interval, label, number
from specrun.results.model import COUNTED, OUTCOMES, Results

LABEL = 40


def console(results: Results) -> str:
    """Write plain-text tables: a row for each agent, with its pass rate, and what its kind has to show."""
    grid = kind_of(results).grid(results)
    return "\n\n".join([_agents(results), *([] if grid is None else [_table(grid.titles, grid.rows)])])


def _agents(results: Results) -> str:
    rows = [
        [
            summary.agent,
            counts(summary.pass_rate),
            number(summary.pass_rate.value, "share"),
            interval(summary.pass_rate),
            ", ".join(
                f"{summary.outcomes[outcome]} {label(outcome)}"
                for outcome in OUTCOMES
                if outcome in summary.outcomes and outcome not in COUNTED
            ),
        ]
        for summary in results.summaries
    ]
    return _table(["agent", "passed", "pass rate", "95% interval", "not counted"], rows, left={0, 4})


def _table(
    titles: Sequence[str], rows: Sequence[Sequence[str]], left: Collection[int] = frozenset({0})
) -> str:
    from tabulate import tabulate

    shown = [[cut(plain(cell), LABEL) for cell in row] for row in rows]
    aligned = ["left" if index in left else "right" for index in range(len(titles))]
    headings = [cut(plain(title), LABEL) for title in titles]
    return tabulate(shown, headings, disable_numparse=True, colalign=aligned if rows else None)
