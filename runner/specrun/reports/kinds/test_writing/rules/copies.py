"""Tests that are copies."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import DUPLICATED, DUPLICATED_OF, DUPLICATION
from specrun.reports.kinds.test_writing.rules.basis import Symptom, symptoms
from specrun.reports.kinds.test_writing.words import some_of
from specrun.results.model import Results, Trial


def copies(results: Results) -> Iterator[Finding]:
    """Name the trials that do not pass duplication."""
    yield from symptoms(
        results, Symptom(rule="copies", does="pads its tests with more copies than it may", clause=_clause)
    )


def _clause(trial: Trial) -> str | None:
    score, some, lines = trial.score(DUPLICATION), DUPLICATED(trial), DUPLICATED_OF(trial)
    if score is None or some is None or lines is None:
        return None
    return some_of((some, lines), "test line") if score.status == "failed" and some else ""
