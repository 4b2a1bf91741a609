"""Gains that no test explains."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import ADDED, FAILING, FLAKY, GAIN
from specrun.reports.kinds.test_writing.rules.basis import Symptom, symptoms
from specrun.reports.kinds.test_writing.words import things
from specrun.results.model import Results, Trial


def unexplained(results: Results) -> Iterator[Finding]:
    """Name the trials that gain lines and have no new test: none that passes, fails or is flaky."""
    yield from symptoms(
        results,
        Symptom(
            rule="unexplained-gain",
            does="gains lines although it has no new test",
            clause=_clause,
            among=" with a gain",
        ),
    )


def _clause(trial: Trial) -> str | None:
    gain, tests = GAIN(trial), (ADDED(trial), FAILING(trial), FLAKY(trial))
    if gain is None or gain <= 0 or None in tests:
        return None
    return "" if any(tests) else f"{things(gain, 'line')} and 0 tests"
