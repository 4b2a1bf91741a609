"""Tests that look at the source and not at what it does."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import MUTANTS, MUTATION
from specrun.reports.kinds.test_writing.rules.basis import Symptom, said, symptoms
from specrun.results.model import Results, Trial


def reads_source(results: Results) -> Iterator[Finding]:
    """Name the trials that fail mutation before any mutant was tried: at a change that means nothing."""
    yield from symptoms(
        results,
        Symptom(
            rule="reads-source",
            does="adds tests that fail where source is written in another way and means the same,",
            clause=_clause,
        ),
    )


def _clause(trial: Trial) -> str | None:
    score = trial.score(MUTATION)
    if score is None or score.status not in ("passed", "failed"):
        return None
    return said(score.evidence) if score.status == "failed" and MUTANTS(trial) is None else ""
