"""What a grader is, and what it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.agents.record import AgentRun
from specrun.graders.answer import Answer
from specrun.graders.evidence import brief
from specrun.graders.proof import Prove
from specrun.results.model import Figure, Number, Score, ScoreStatus
from specrun.spec.models import Project
from specrun.spec.models.platform import Language

if TYPE_CHECKING:
    from specrun.graders.replaying import Replay

    ReplayEdited = Callable[[str, dict[str, bytes], bool], Awaitable[Replay]]
    """Takes what the replay is called, the files that are changed, and whether coverage is measured too."""


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """What a grader may look at: one trial's record, its answer, and the case it belongs to.

    `replay` gives the replay of the answer; it is made once and shared by all graders of a trial.
    `replay_edited` makes another one, of the project with some files changed, with or without its coverage.
    `prove` gives what the known answer shows of the case; it is made once and shared by all trials.
    """

    run: AgentRun
    answer: Answer
    project: Project
    language: Language
    tree: Path
    writable: frozenset[str]
    seed: int
    """The same for all agents on a case, so that the oracle has shown that the canary can be noticed."""
    replay: Callable[[], Awaitable[Replay]]
    replay_edited: ReplayEdited
    prove: Prove


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grader without options."""


class Grader(msgspec.Struct, frozen=True, kw_only=True):
    """A grader. `version` counts up when it would grade the same record in another way."""

    name: str
    title: str
    version: int
    grade: Callable[[Graded, Any], Awaitable[Score]]
    options: type[msgspec.Struct] = NoOptions
    figures: tuple[Figure, ...] = ()
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
