"""What every benchmark has, whatever its kind."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from specrun.spec.models.common import MOST, Id, Reference, Spec, Strict


class FindingRule(Strict, kw_only=True, frozen=True):
    """A finding of the benchmark's own: a sentence that is said where an expression holds."""

    when: Annotated[
        str, Meta(description="A Jinja2 expression over `agent` and `cases`.", min_length=1, max_length=2000)
    ]
    say: Annotated[
        str, Meta(description="A Jinja2 template for one sentence.", min_length=1, max_length=2000)
    ]


class Benchmark(Spec, kw_only=True, frozen=True):
    """A spec that can be run."""

    graders: Annotated[
        tuple[Reference, ...],
        Meta(description="Grader names, or {use: name, with: {...}}.", min_length=1, max_length=MOST),
    ]
    passing: Annotated[
        tuple[Id, ...],
        Meta(
            description="The graders that must all pass for a trial to pass.",
            min_length=1,
            max_length=MOST,
        ),
    ]
    repeats: Annotated[int, Meta(description="How often an agent works on a case.", ge=1, le=10_000)] = 1
    seed: Annotated[int, Meta(description="The seed that all others are derived from.", ge=0)] = 0
    findings: Annotated[
        tuple[FindingRule, ...], Meta(description="Findings of this benchmark's own.", max_length=MOST)
    ] = ()
