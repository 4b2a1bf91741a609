"""A trial that has a setup answer: what the graders of test-running look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from specrun.graders.answer import Answer
from specrun.graders.base import Graded
from specrun.graders.proof import Prove
from specrun.spec.models import Project
from specrun.spec.models.platform import Language

if TYPE_CHECKING:
    from specrun.graders.replaying import Replay

    ReplayEdited = Callable[[str, dict[str, bytes], bool], Awaitable[Replay]]
    """Takes what the replay is called, the files that are changed, and whether coverage is measured too."""


class Replayable(Graded, frozen=True, kw_only=True):
    """One trial's record with its answer, the project it belongs to, and the ways to replay the answer.

    `replay` gives the replay of the answer; it is made once and shared by all graders of a trial.
    `replay_edited` makes another one, of the project with some files changed, with or without its coverage.
    `prove` gives what the known answer shows of the case; it is made once and shared by all trials.
    """

    stages: ClassVar = ("detect", "setup")

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
