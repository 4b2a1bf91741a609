"""From SPEC arguments to benchmarks, with one clear message where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specrun.spec.collect import collect, validate
from specrun.spec.models import BENCHMARKS
from specrun.spec.problems import SpecError

if TYPE_CHECKING:
    from specrun.spec.library import Resolved


def find_benchmarks(specs: tuple[str, ...]) -> list[Resolved]:
    """Every benchmark among the specs. Raises SpecError for a wrong spec, UsageError if none can be run."""
    resolved, problems = validate(collect(specs))
    if problems:
        raise SpecError(problems)
    found = [spec for spec in resolved if spec.model.kind in BENCHMARKS]
    if not found:
        kinds = ", ".join(sorted({spec.model.kind for spec in resolved}))
        raise click.UsageError(
            f"no benchmark in {' '.join(specs)}: found only {kinds}; "
            f"a benchmark is a spec of kind {', '.join(sorted(BENCHMARKS))}"
        )
    return found


def one_benchmark(spec: str) -> Resolved:
    """The one benchmark that `spec` names."""
    found = find_benchmarks((spec,))
    if len(found) > 1:
        raise click.UsageError(f"{spec} has {len(found)} benchmarks; name one of them")
    return found[0]
