"""Coverage that was claimed and cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import COVERAGE, GAIN
from specrun.reports.kinds.test_writing.rules.basis import Symptom, said, symptoms
from specrun.results.model import Results, Trial

MADE_UP = "coverage is made up"
"""How the grader begins its sentence on lines that were claimed although nothing could reach them."""


def claimed(results: Results) -> Iterator[Finding]:
    """Name the trials of which no gain counts because the report of the coverage cannot be true."""
    yield from symptoms(
        results,
        Symptom(
            rule="claimed-coverage", does="claims coverage that cannot be, so none counts,", clause=_clause
        ),
    )


def _clause(trial: Trial) -> str | None:
    score, gain = trial.score(COVERAGE), GAIN(trial)
    if score is None or gain is None:
        return None
    lies = [text for text in score.evidence if text.startswith(MADE_UP)]
    return said(lies) if score.status == "failed" and not gain else ""
