"""Mutants: small changes of the source that tests should notice; whoever only runs the code does not."""

from __future__ import annotations

from collections.abc import Callable

from specrun.measure.handwritten import written_by_hand
from specrun.measure.mutation.braces import c_mutants, javascript_mutants
from specrun.measure.mutation.mutant import Mutant, Operator
from specrun.measure.mutation.neutral import neutral
from specrun.measure.mutation.python import python_mutants
from specrun.measure.mutation.sampling import sample
from specrun.spec.models.platform import Language

_LANGUAGES: dict[Language, Callable[[str, frozenset[int]], tuple[Mutant, ...]]] = {
    "python": python_mutants,
    "javascript": javascript_mutants,
    "c": c_mutants,
}


def mutants(text: str, language: Language, lines: frozenset[int]) -> tuple[Mutant, ...]:
    """Give every mutant that runs with one of these lines, which are those of a coverage report.

    In Python the first line of a statement stands for all of it, as in coverage.py's reports. There every
    mutant compiles; in JavaScript and C, which are not parsed, nearly every one. Empty if the text cannot be
    read, or was not written by hand.
    """
    return _LANGUAGES[language](text, lines) if written_by_hand(text) else ()


__all__ = ["Mutant", "Operator", "mutants", "neutral", "sample"]
