"""A trial that leaves a patch with tests: what the graders of test-writing look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from specrun.graders.base import Graded
from specrun.measure.reports import Coverage, TestRun
from specrun.spec.models import Project
from specrun.spec.models.platform import Language

if TYPE_CHECKING:
    from specrun.graders.collecting import Collected
    from specrun.graders.replaying import Replay


Value = TypeVar("Value")


class Baseline(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a project's own tests do before anybody adds some. With a `problem` nothing else is of use."""

    tests: TestRun = TestRun(())
    coverage: Coverage = Coverage({})
    problem: str | None = None
    """Why nothing can be compared with it."""


class MeasureEdited(Protocol):
    """Measures the graded tree with some more files changed, once."""

    async def __call__(
        self, name: str, edits: dict[str, bytes], *, coverage: bool = False, wall: float | None = None
    ) -> Replay:
        """Run the tests, and their coverage if asked for, in at most `wall` seconds for each command."""


class Written(Graded, frozen=True, kw_only=True):
    """One trial's record with the ways to measure its patch.

    `collect` reads the patch; `measure` runs the tests several times and their coverage once, in a clean
    workspace with the allowed part of it. Each is done once and shared by all graders of a trial.
    """

    project: Project
    language: Language
    base: Path
    """The delivered project. Nothing may write to it."""
    scope: frozenset[str]
    """The source files that the case is about; empty: all of them."""
    seed: int
    """The same for all agents on a case."""
    baseline: Baseline
    collect: Callable[[], Awaitable[Collected]]
    measure: Callable[[], Awaitable[Replay]]
    measure_edited: MeasureEdited
    found: dict[str, Any] = msgspec.field(default_factory=dict)
    """What graders have found out together; see `once`."""

    async def once(self, name: str, find_out: Callable[[], Awaitable[Value]]) -> Value:
        """What `find_out` gives, asked once in a trial, whose graders take turns."""
        if name not in self.found:
            self.found[name] = await find_out()
        value: Value = self.found[name]
        return value
