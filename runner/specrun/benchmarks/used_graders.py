"""The graders that a benchmark names, checked against the ones that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.benchmarks.base import UsedGrader
from specrun.graders.registry import graders
from specrun.spec.models.common import Override, Reference
from specrun.spec.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator


def used_graders(references: tuple[Reference, ...], passing: tuple[str, ...]) -> tuple[UsedGrader, ...]:
    """The graders of a benchmark that was checked."""
    return tuple(_use(reference, passing) for reference in references)


def grader_errors(
    references: tuple[Reference, ...], passing: tuple[str, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the names and options, with the place in the benchmark's data."""
    names = [_name(reference) for reference in references]
    for number, reference in enumerate(references):
        if names[number] not in graders():
            yield ("graders", number), f"no grader {names[number]!r}{did_you_mean(names[number], graders())}"
            continue
        if names[number] in names[:number]:
            yield ("graders", number), f"the grader {names[number]!r} is named twice"
        try:
            _use(reference, passing)
        except msgspec.ValidationError as error:
            yield ("graders", number), f"options of {names[number]!r}: {error}"
    for number, name in enumerate(passing):
        if name not in names:
            yield ("passing", number), f"{name!r} is not among the graders{did_you_mean(name, names)}"


def _name(reference: Reference) -> str:
    return reference.use if isinstance(reference, Override) else reference


def _use(reference: Reference, passing: tuple[str, ...]) -> UsedGrader:
    grader = graders()[_name(reference)]
    given = reference.with_ if isinstance(reference, Override) else {}
    options = msgspec.convert(given, grader.options)
    return UsedGrader(grader=grader, options=options, required=grader.name in passing)
