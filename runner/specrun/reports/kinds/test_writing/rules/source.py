"""Agents that change what they must not."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import PATCH, TOUCHED
from specrun.reports.kinds.test_writing.rules.basis import Symptom, said, symptoms, with_reason
from specrun.reports.kinds.test_writing.words import things
from specrun.results.model import Results, Trial


def touched_source(results: Results) -> Iterator[Finding]:
    """Name the trials that change lines of source, with what the grader says of it."""
    yield from symptoms(results, Symptom(rule="touched-source", does="changes source", clause=_source))


def touched_others(results: Results) -> Iterator[Finding]:
    """Name the trials that touch what they were not to touch, and change no line of source."""
    yield from symptoms(
        results,
        Symptom(
            rule="touched-protected",
            does="touches files that it was not to touch, and no line of source,",
            clause=_others,
        ),
    )


def _source(trial: Trial) -> str | None:
    lines = TOUCHED(trial)
    if lines is None:
        return None
    return with_reason(things(lines, "source line"), _evidence(trial)) if lines else ""


def _others(trial: Trial) -> str | None:
    score, lines = trial.score(PATCH), TOUCHED(trial)
    if score is None or lines is None:
        return None
    return with_reason("patch failed", _evidence(trial)) if score.status == "failed" and not lines else ""


def _evidence(trial: Trial) -> str:
    score = trial.score(PATCH)
    return "" if score is None else said(score.evidence)
