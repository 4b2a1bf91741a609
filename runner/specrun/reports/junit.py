"""A run as a JUnit report, for tools that show test results. It has no times: they are not results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from specrun.reports import selection
from specrun.reports.escape import plain
from specrun.reports.trials import why
from specrun.reports.wording import label
from specrun.results.model import Outcome, Results, Trial

if TYPE_CHECKING:
    from junitparser import TestCase, TestSuite

Verdict = Literal["passed", "failures", "errors", "skipped"]

VERDICTS: dict[Outcome, Verdict] = {
    "passed": "passed",
    "failed": "failures",
    "agent_error": "errors",
    "agent_timeout": "errors",
    "budget_exceeded": "errors",
    "infra_error": "errors",
    "cancelled": "errors",
    "invalid_case": "skipped",
    "unavailable": "skipped",
}
"""What each outcome is in JUnit's terms."""


def junit(runs: Sequence[Results]) -> bytes:
    """Write a suite for each agent of each run, and in it a test case for each trial with its reason."""
    from junitparser import JUnitXml

    report = JUnitXml("specrun")
    report.extend(  # type: ignore[no-untyped-call]
        _suite(plain(results.benchmark.id), plain(agent), trials)
        for results in runs
        for agent, trials in selection.by_agent(results).items()
    )
    file = BytesIO()
    report.write(file)
    return file.getvalue()


def _suite(benchmark: str, agent: str, trials: Sequence[Trial]) -> TestSuite:
    """Write a suite with its counts. The library's own statistics would say that it took no time."""
    from junitparser import TestSuite

    name = f"{benchmark}.{agent}"
    suite = TestSuite(name)
    suite.extend(_case(name, trial) for trial in trials)  # type: ignore[no-untyped-call]
    totals = Counter(VERDICTS[trial.outcome] for trial in trials)
    suite.tests, suite.failures = len(trials), totals["failures"]
    suite.errors, suite.skipped = totals["errors"], totals["skipped"]
    return suite


def _case(class_name: str, trial: Trial) -> TestCase:
    from junitparser import Error, Failure, Skipped, TestCase

    kinds = {"failures": Failure, "errors": Error, "skipped": Skipped}
    case = TestCase(plain(trial.name), classname=class_name)
    kind = kinds.get(VERDICTS[trial.outcome])
    if kind is not None:
        text = ": ".join(filter(None, (label(trial.outcome), why(trial))))
        case.result = [kind(text, trial.outcome)]
    return case
