"""What every benchmark has, whatever its kind."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from specrun.spec.models.budget import Budget
from specrun.spec.models.common import MOST, AgentReference, Id, Limits, Reference, Spec, Strict


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


class ProjectBenchmark(Benchmark, kw_only=True, frozen=True):
    """A benchmark in which agents work on projects, and may talk to models."""

    references: ClassVar[dict[str, str]] = {"agents": "agent", "projects": "project", "prices": "prices"}

    agents: Annotated[tuple[AgentReference, ...], Meta(description="The agents to compare.", min_length=1)]
    projects: Annotated[tuple[Reference, ...], Meta(description="The projects to work on.", min_length=1)]
    limits: Annotated[Limits, Meta(description="What a trial may use.")]
    budget: Annotated[
        Budget | None, Meta(description="What models may use; needed where an agent has a model.")
    ] = None
    prices: Annotated[
        Reference | None,
        Meta(description="What tokens cost; the table that comes with specrun unless given."),
    ] = None
