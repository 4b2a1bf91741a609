"""A case in a report: what each agent did there, and which mutants lived."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.escape import Markdown, markdown
from specrun.reports.fold import folded
from specrun.reports.kinds.test_writing.measures import ADDED, GAIN, KILLED, MISSED, MUTANTS, changed
from specrun.reports.kinds.test_writing.survivors import survivor_table
from specrun.reports.kinds.test_writing.words import added_up, portion_of
from specrun.reports.table import Row, table
from specrun.reports.trials import cell
from specrun.reports.wording import count
from specrun.results.model import Results, Trial

UNFOLDED = 4
"""Up to how many cases have their table unfolded."""
TITLES = [
    "Agent", "Outcome", "Tests added ↑", "Lines gained of missed ↑", "Mutants killed of tried ↑",
    "Changed lines ↓",
]  # fmt: skip


def case_parts(results: Results) -> Iterator[str]:
    """Write each case that was worked on, under a heading of its own."""
    groups = selection.by_case(results.trials)
    for case in results.cases:
        trials = groups.get(case.id, [])
        agents = {agent.id: [one for one in trials if one.agent == agent.id] for agent in results.agents}
        rows = [_row(agent, done) for agent, done in agents.items() if done]
        agent_table = table(TITLES, rows, right=range(2, len(TITLES)))
        yield f"### {markdown(case.id)}"
        if case.title:
            yield markdown(case.title)
        yield agent_table if len(results.cases) <= UNFOLDED else _folded(agent_table, rows)
        lived = survivor_table(selection.counted(trials), repeated=results.repeats > 1)
        if lived is not None:
            yield lived


def _folded(agent_table: Markdown, rows: list[Row]) -> Markdown:
    return folded(f"{count(len(rows), 'agent')}, compared", agent_table)


def _row(agent: str, trials: list[Trial]) -> Row:
    counted = selection.counted(trials)
    return [
        agent,
        cell(trials),
        added_up(counted, ADDED),
        portion_of(counted, GAIN, MISSED),
        portion_of(counted, KILLED, MUTANTS),
        added_up(counted, changed),
    ]
