"""The table that ends a run on a terminal."""

from __future__ import annotations

from specrun.reports.escape import cut, plain
from specrun.reports.wording import counts, interval, label, number
from specrun.results.model import COUNTED, OUTCOMES, Results

LABEL = 40


def console(results: Results) -> str:
    """Write a plain-text table: a row for each agent, with its pass rate and what does not count."""
    from tabulate import tabulate

    rows = [
        [
            cut(plain(summary.agent), LABEL),
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
    titles = ["agent", "passed", "pass rate", "95% interval", "not counted"]
    return tabulate(rows, titles, disable_numparse=True, colalign=("left", "right", "right", "right", "left"))
