"""How one graded patch is shown: as a table, as Markdown for a pull request, and as JUnit."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from specrun.reports.escape import plain
from specrun.reports.template import fill
from specrun.reports.wording import amount, label
from specrun.results.model import Grader, Results, Score, ScoreStatus, Trial

if TYPE_CHECKING:
    from junitparser import TestCase

WORDS: dict[ScoreStatus, str] = {
    "passed": "passed",
    "failed": "failed",
    "not_applicable": "does not apply",
    "error": "could not be graded",
}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one grader says of the patch."""

    grader: str
    title: str
    required: bool
    verdict: str
    figures: str
    evidence: tuple[str, ...]


def patch_table(results: Results) -> str:
    """Write what the graders say as plain text, with the evidence below."""
    from tabulate import tabulate

    trial = _trial(results)
    rows = [(row.grader, "yes" if row.required else "no", row.verdict, row.figures) for row in _rows(results)]
    table = tabulate(rows, ["grader", "must pass", "verdict", "figures"], disable_numparse=True)
    lines = [f"{row.grader}: {plain(text)}" for row in _rows(results) for text in row.evidence]
    return "\n\n".join(filter(None, (table if rows else "", "\n".join(lines), label(trial.outcome))))


def patch_markdown(results: Results) -> bytes:
    """Write what the graders say for a comment or a job summary."""
    trial = _trial(results)
    return fill(
        "one-patch.md.j2",
        title=results.benchmark.title or results.benchmark.id,
        outcome=label(trial.outcome),
        reason=trial.reason if trial.outcome not in ("passed", "failed") else None,
        rows=_rows(results),
    )


def patch_junit(results: Results) -> bytes:
    """Write a test case for each grader. One that need not pass is never a failure."""
    from junitparser import JUnitXml, TestSuite

    trial = _trial(results)
    suite = TestSuite(plain(results.benchmark.id))
    cases = [
        _case(grader, trial.score(grader.name), plain(results.benchmark.id), trial)
        for grader in results.graders
    ]
    suite.extend(cases)  # type: ignore[no-untyped-call]
    # The library's own statistics would say that it took no time.
    kinds = Counter(type(result).__name__ for case in cases for result in case.result)
    suite.tests, suite.failures = len(cases), kinds["Failure"]
    suite.errors, suite.skipped = kinds["Error"], kinds["Skipped"]
    report = JUnitXml("specrun grade")
    report.extend([suite])  # type: ignore[no-untyped-call]
    file = BytesIO()
    report.write(file)
    return file.getvalue()


def _trial(results: Results) -> Trial:
    (trial,) = results.trials
    return trial


def _rows(results: Results) -> list[Row]:
    trial = _trial(results)
    return [
        Row(
            grader=grader.name,
            title=grader.title,
            required=grader.required,
            verdict=WORDS[score.status],
            figures=_figures(grader, score),
            evidence=score.evidence,
        )
        for grader in results.graders
        if (score := trial.score(grader.name)) is not None
    ]


def _figures(grader: Grader, score: Score) -> str:
    """The figures in one line; one that another is out of stands with that one."""
    wholes = {figure.out_of for figure in grader.figures}
    parts = [
        f"{figure.title}: {amount(value, score.figures.get(figure.out_of or ''), figure)}"
        for figure in grader.figures
        if figure.name not in wholes and (value := score.figures.get(figure.name)) is not None
    ]
    return "; ".join(parts)


def _case(grader: Grader, score: Score | None, suite: str, trial: Trial) -> TestCase:
    from junitparser import Error, Failure, Skipped, TestCase

    case = TestCase(grader.name, classname=suite)
    if score is None:
        case.result = [Error(plain(trial.reason or label(trial.outcome)), trial.outcome)]
        return case
    text = plain("; ".join(score.evidence))
    if score.status == "error":
        case.result = [Error(text, "error")]
    elif score.status == "failed" and grader.required:
        case.result = [Failure(text, "failed")]
    elif score.status != "passed":
        case.result = [Skipped(text or WORDS[score.status])]
    return case
