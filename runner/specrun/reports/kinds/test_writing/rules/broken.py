"""Tests that cannot be trusted, and old ones that were lost."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import BROKEN, FAILING, FLAKY, REMOVED, TESTS
from specrun.reports.kinds.test_writing.rules.basis import Symptom, said, symptoms, with_reason
from specrun.reports.kinds.test_writing.words import things
from specrun.reports.wording import listing
from specrun.results.model import Number, Results, Trial


def flaky(results: Results) -> Iterator[Finding]:
    """Name the trials with tests that pass in some reruns and not in others."""
    yield from symptoms(results, Symptom(rule="flaky", does="adds flaky tests", clause=_flaky))


def failing(results: Results) -> Iterator[Finding]:
    """Name the trials with new tests that do not pass."""
    yield from symptoms(results, Symptom(rule="failing", does="adds tests that do not pass", clause=_failing))


def lost(results: Results) -> Iterator[Finding]:
    """Name the trials that remove or break tests which were there."""
    yield from symptoms(results, Symptom(rule="lost-tests", does="loses tests that were there", clause=_lost))


def _flaky(trial: Trial) -> str | None:
    return _clause(trial, flaky=FLAKY(trial))


def _failing(trial: Trial) -> str | None:
    return _clause(trial, failing=FAILING(trial))


def _lost(trial: Trial) -> str | None:
    return _clause(trial, removed=REMOVED(trial), broken=BROKEN(trial))


def _clause(trial: Trial, **amounts: Number) -> str | None:
    """Write the amounts that are not 0 and what the grader says; None where none of them was measured."""
    known = {word: amount for word, amount in amounts.items() if amount is not None}
    if not known:
        return None
    clauses = [things(amount, f"{word} test") for word, amount in known.items() if amount]
    score = trial.score(TESTS)
    return with_reason(listing(clauses), said(score.evidence if score else ())) if clauses else ""
