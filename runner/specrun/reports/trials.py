"""Single trials in tables: how they ended, what they measured, and why they did not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from specrun.reports import selection
from specrun.reports.escape import Markdown, cut, plain
from specrun.reports.table import table
from specrun.reports.wording import NOT_MEASURED, amount, label, title
from specrun.results.model import COUNTED, Figure, Results, Trial

WHY_LENGTH = 240


def trial_table(results: Results, trials: Sequence[Trial]) -> Markdown:
    """Write one row for each trial, with the headline figures."""
    headline = selection.headline(results)
    repeated = results.repeats > 1
    titles = [
        "Case",
        *(["Repetition"] if repeated else []),
        "Outcome",
        *(title(figure) for _, figure in headline),
        "Why",
    ]
    rows = (
        [
            trial.case,
            *([trial.repetition] if repeated else []),
            label(trial.outcome),
            *(_measured(trial, grader, figure) for grader, figure in headline),
            why(trial),
        ]
        for trial in trials
    )
    first = 3 if repeated else 2
    return table(titles, rows, right=[*([1] if repeated else []), *range(first, first + len(headline))])


def cell(trials: Sequence[Trial]) -> str:
    """Write the trials of one agent on one case: `passed`; of several `2/3`, with what does not count."""
    if not trials:
        return NOT_MEASURED
    if len(trials) == 1:
        return label(trials[0].outcome)
    counted = selection.counted(trials)
    passed = sum(trial.outcome == "passed" for trial in counted)
    others = Counter(trial.outcome for trial in trials if trial.outcome not in COUNTED)
    parts = [f"{passed}/{len(counted)}"] if counted else []
    return ", ".join([*parts, *(f"{times} {label(outcome)}" for outcome, times in sorted(others.items()))])


def why(trial: Trial) -> str:
    """Say why a trial ended as it did: its reason, and what each grader that it did not pass found first."""
    parts = [trial.reason] if trial.reason else []
    for score in trial.scores:
        if score.status in ("failed", "error"):
            verb = "failed" if score.status == "failed" else "could not grade"
            parts.append(
                f"{score.grader}: {score.evidence[0]}" if score.evidence else f"{score.grader} {verb}"
            )
    return cut(plain("; ".join(part.rstrip(". ") for part in parts)), WHY_LENGTH)


def _measured(trial: Trial, grader: str, figure: Figure) -> str:
    part = selection.value(trial, grader, figure.name)
    return amount(part, selection.value(trial, grader, figure.out_of), figure)
