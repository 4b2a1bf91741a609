"""The graders that a benchmark names, checked against the ones that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from specrun.benchmarks.base import UsedGrader
from specrun.graders.registry import graders
from specrun.spec.models.common import Override, Reference
from specrun.spec.problems import did_you_mean

DataPath = tuple[str | int, ...]


def used_graders(references: tuple[Reference, ...], passing: tuple[str, ...]) -> tuple[UsedGrader, ...]:
    """The graders of a benchmark that was checked."""
    used = []
    for reference in references:
        name, given = (reference.use, reference.with_) if isinstance(reference, Override) else (reference, {})
        grader = graders()[name]
        options = msgspec.convert(given, grader.options)
        used.append(UsedGrader(grader=grader, options=options, required=name in passing))
    return tuple(used)


def grader_errors(data: dict[str, Any]) -> Iterator[tuple[DataPath, str]]:
    """What is wrong with the graders that a benchmark's plain data names, each with its place in the data.

    What is not even well formed is passed over: the schema says that.
    """
    named = data.get("graders")
    passing = data.get("passing")
    uses = [_use(item) for item in named] if isinstance(named, list) else []
    names = [name for name, _ in uses]
    for number, (name, given) in enumerate(uses):
        if name is not None and (message := _error(name, given, names[:number])):
            yield ("graders", number), message
    for number, name in enumerate(passing if isinstance(passing, list) else []):
        if isinstance(name, str) and name not in names:
            hint = "" if name in graders() else did_you_mean(name, filter(None, names))
            yield ("passing", number), f"{name!r} is not among the graders{hint}"


def _use(item: object) -> tuple[str | None, dict[str, Any]]:
    """The name and the options of one entry; no name if it has none."""
    if isinstance(item, str):
        return item, {}
    if not isinstance(item, dict) or not isinstance(item.get("use"), str):
        return None, {}
    given = item.get("with")
    return item["use"], given if isinstance(given, dict) else {}


def _error(name: str, given: dict[str, Any], before: list[str | None]) -> str | None:
    if name not in graders():
        return f"no grader {name!r}{did_you_mean(name, graders())}"
    if name in before:
        return f"the grader {name!r} is named twice"
    try:
        msgspec.convert(given, graders()[name].options)
    except msgspec.ValidationError as error:
        return f"options of {name!r}: {error}"
    return None
