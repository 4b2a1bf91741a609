"""What a grader is, and what it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import msgspec

from specrun.agents.record import AgentRun
from specrun.graders.evidence import brief
from specrun.results.model import Figure, Number, Score, ScoreStatus


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """What a grader may look at. Each kind of benchmark has its own, with more in it."""

    stages: ClassVar[tuple[str, ...]] = ()
    """The parts of the work that are measured apart, where there are several."""

    run: AgentRun


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grader without options."""


class Grader(msgspec.Struct, frozen=True, kw_only=True):
    """A grader. `version` counts up when it would grade the same record in another way."""

    name: str
    title: str
    version: int
    grade: Callable[[Any, Any], Awaitable[Score]]
    """Takes what is graded, which is of the type `subject`, and the options."""
    subject: type[Graded] = Graded
    options: type[msgspec.Struct] = NoOptions
    figures: tuple[Figure, ...] = ()
    by_stage: Callable[[str], Figure] | None = None
    """Makes one more figure for each stage of what is graded."""
    reads: frozenset[str] = frozenset()
    """The keys of a project's `truth` that it compares with."""
    needs: frozenset[str] = frozenset()
    """Of those, the ones that a project with tests must have."""


def score(
    grader: str,
    status: ScoreStatus,
    *evidence: str,
    value: Number = None,
    figures: dict[str, Number] | None = None,
) -> Score:
    """A score with short evidence. Without a value of its own, `passed` is worth 1 and `failed` 0."""
    if value is None and status in ("passed", "failed"):
        value = int(status == "passed")
    return Score(grader=grader, status=status, value=value, figures=figures or {}, evidence=brief(evidence))
