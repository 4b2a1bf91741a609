"""What tests are worth, and what it took to write them: a row for each agent."""

from __future__ import annotations

from specrun.reports import selection
from specrun.reports.escape import Markdown
from specrun.reports.kinds.test_writing.measures import (
    ADDED,
    BRANCH_GAIN,
    BRANCHES_MISSED,
    BROKEN,
    DUPLICATED,
    DUPLICATED_OF,
    FAILING,
    FLAKY,
    GAIN,
    IMPORT_GAIN,
    KILLED,
    MISSED,
    MUTANTS,
    OTHER_LINES,
    REMOVED,
    SOURCE_LINES,
    TEST_LINES,
)
from specrun.reports.kinds.test_writing.words import added_up, portion_of
from specrun.reports.table import table
from specrun.results.model import Results

SHARES = {
    "Lines gained of missed ↑": (GAIN, MISSED),
    "of these by importing alone": (IMPORT_GAIN, GAIN),
    "Branches gained of missed ↑": (BRANCH_GAIN, BRANCHES_MISSED),
    "Mutants killed of tried ↑": (KILLED, MUTANTS),
    "Test lines that are copies ↓": (DUPLICATED, DUPLICATED_OF),
}
SETS = {
    "Tests failing / flaky ↓": (FAILING, FLAKY),
    "Old tests broken / removed ↓": (BROKEN, REMOVED),
    "Lines changed in tests / source / elsewhere ↓": (TEST_LINES, SOURCE_LINES, OTHER_LINES),
}


def worth_table(results: Results) -> Markdown:
    """Write what each agent's counted trials add up to."""
    titles = ["Agent", "Passed ↑", "Tests added ↑", *SHARES, *SETS]
    rows = []
    for agent, group in selection.by_agent(results).items():
        trials = selection.counted(group)
        passed = sum(trial.outcome == "passed" for trial in trials)
        shares = (portion_of(trials, *measures) for measures in SHARES.values())
        sets = (added_up(trials, *measures) for measures in SETS.values())
        rows.append([agent, f"{passed} of {len(trials)}", added_up(trials, ADDED), *shares, *sets])
    return table(titles, rows, right=range(1, len(titles)))
