"""Gains that need no test: importing the code is enough."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import GAIN, IMPORT_GAIN
from specrun.reports.kinds.test_writing.rules.basis import Symptom, symptoms
from specrun.reports.kinds.test_writing.words import gained, some_of, things
from specrun.reports.wording import number
from specrun.results.model import Results, Trial


def only_imports(results: Results) -> Iterator[Finding]:
    """Name the trials that gain only what importing alone runs."""
    yield from symptoms(
        results,
        Symptom(
            rule="only-imports",
            does="gains nothing but lines that importing alone runs",
            clause=_clause,
            among=" with a gain",
        ),
    )


def _clause(trial: Trial) -> str | None:
    gain, imported = GAIN(trial), IMPORT_GAIN(trial)
    if gain is None or gain <= 0 or imported is None:
        return None
    if imported < gain:
        return ""
    lines = gained([trial], some_of) or f"gains {things(gain, 'line')}"
    return f"{lines}, {number(imported)} of them by importing"
