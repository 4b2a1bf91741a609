"""The graders that a benchmark names, checked against the ones that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from specrun.benchmarks.base import DataPath, UsedGrader
from specrun.graders.base import Graded
from specrun.graders.registry import find, graders
from specrun.spec.models.benchmark import Benchmark
from specrun.spec.models.common import Override
from specrun.spec.problems import did_you_mean


def used_graders(benchmark: Benchmark, subject: type[Graded]) -> tuple[UsedGrader, ...]:
    """The graders of a benchmark that was checked, in its order. `subject` is what it has to grade."""
    used = []
    for reference in benchmark.graders:
        name, given = (reference.use, reference.with_) if isinstance(reference, Override) else (reference, {})
        grader = find(name)
        assert grader is not None
        options = msgspec.convert(given, grader.options)
        by_stage = map(grader.by_stage, subject.stages) if grader.by_stage else ()
        used.append(
            UsedGrader(
                grader=grader,
                options=options,
                required=name in benchmark.passing,
                figures=(*grader.figures, *by_stage),
            )
        )
    return tuple(used)


def grader_errors(data: dict[str, Any], subject: type[Graded]) -> Iterator[tuple[DataPath, str]]:
    """What is wrong with the graders that a benchmark's plain data names, each with its place in the data.

    `subject` is what the benchmark has to grade. What is not even well formed is passed over: the schema says
    that.
    """
    named = data.get("graders")
    passing = data.get("passing")
    uses = [_use(item) for item in named] if isinstance(named, list) else []
    names: set[str] = set()
    for number, (name, given) in enumerate(uses):
        if name is None:
            continue
        if message := _error(name, given, subject, twice=name in names):
            yield ("graders", number), message
        names.add(name)
    for number, name in enumerate(passing if isinstance(passing, list) else []):
        if isinstance(name, str) and name not in names:
            hint = "" if name in graders() else did_you_mean(name, names)
            yield ("passing", number), f"{name!r} is not among the graders{hint}"


def _use(item: object) -> tuple[str | None, dict[str, Any]]:
    """The name and the options of one entry; no name if it has none."""
    if isinstance(item, str):
        return item, {}
    if not isinstance(item, dict) or not isinstance(item.get("use"), str):
        return None, {}
    given = item.get("with")
    return item["use"], given if isinstance(given, dict) else {}


def _error(name: str, given: dict[str, Any], subject: type[Graded], *, twice: bool) -> str | None:
    grader = find(name)
    if grader is None or not issubclass(subject, grader.subject):
        usable = [each for each, other in graders().items() if issubclass(subject, other.subject)]
        if grader is None:
            return f"no grader {name!r}{did_you_mean(name, usable)}"
        return f"the grader {name!r} cannot grade this kind of benchmark; these can: {', '.join(usable)}"
    if twice:
        return f"the grader {name!r} is named twice"
    try:
        msgspec.convert(given, grader.options)
    except msgspec.ValidationError as error:
        return f"options of {name!r}: {error}"
    return None
