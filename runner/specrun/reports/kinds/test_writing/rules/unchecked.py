"""Tests that run code and check next to nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.test_writing.measures import GAIN, KILLED, MUTANTS
from specrun.reports.kinds.test_writing.rules.basis import Symptom, symptoms
from specrun.reports.kinds.test_writing.words import gained, killed, some_of
from specrun.results.model import Results, Trial

FEW = 5
"""Tests that kill fewer than one mutant in so many check next to nothing."""


def unchecked(results: Results) -> Iterator[Finding]:
    """Name the trials that gain lines of which hardly a mutant dies."""
    yield from symptoms(
        results,
        Symptom(
            rule="unchecked",
            does="runs code and checks next to nothing of it",
            clause=_clause,
            among=" with a gain and mutants",
            note=f" Next to nothing: less than one mutant in {FEW} is killed.",
        ),
    )


def _clause(trial: Trial) -> str | None:
    gain, dead, mutants = GAIN(trial), KILLED(trial), MUTANTS(trial)
    if not gain or gain < 0 or dead is None or not mutants:
        return None
    if dead * FEW >= mutants:
        return ""
    clauses = (gained([trial], some_of), killed([trial], some_of))
    return " and ".join(text for text in clauses if text is not None)
