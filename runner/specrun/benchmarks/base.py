"""What every benchmark kind answers to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from specrun.agents.base import Task
from specrun.agents.record import AgentRun
from specrun.graders.base import Graded, Grader
from specrun.graders.proof import Prove
from specrun.results.model import Case as CaseResult
from specrun.spec.library import Resolved
from specrun.spec.models import Project
from specrun.spec.models.platform import Language
from specrun.spec.problems import Problem

if TYPE_CHECKING:
    from specrun.workspaces.site import Opens


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work: a project with its platform's values under its own."""

    project: Project
    language: Language
    platform: str
    resolved: Resolved

    @property
    def id(self) -> str:
        """The case's name in reports and on the command line."""
        return self.project.id

    def result(self, broken: str | None) -> CaseResult:
        """This case as results show it."""
        return CaseResult(
            id=self.id,
            title=self.project.title,
            platform=self.platform,
            tags=self.project.tags,
            broken=broken,
        )


class UsedGrader(msgspec.Struct, frozen=True, kw_only=True):
    """A grader with its options, as a benchmark uses it."""

    grader: Grader
    options: msgspec.Struct
    required: bool

    @property
    def identity(self) -> dict[str, object]:
        """What decides how it grades."""
        return {"name": self.grader.name, "version": self.grader.version, "options": self.options}


class BenchmarkKind(Protocol):
    """One kind of benchmark: the value of `kind` in its spec. `resolved` is always of this kind."""

    def check(self, resolved: Resolved) -> list[Problem]:
        """What is wrong beyond the schema: unknown graders, truth that none reads, prompts that leak."""

    def check_data(self, data: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
        """The part of it that needs no more than the plain data, each with its place in the data.

        It is also asked of a spec that has other errors, so that all are told in one pass.
        """

    def cases(self, resolved: Resolved) -> tuple[Case, ...]:
        """The cases, in the order of the spec."""

    def graders(self, resolved: Resolved) -> tuple[UsedGrader, ...]:
        """The graders, in the order of the spec."""

    def task(self, resolved: Resolved, case: Case) -> Task:
        """What an agent is given for a case."""

    def graded(self, resolved: Resolved, case: Case, run: AgentRun, site: Opens, prove: Prove) -> Graded:
        """What the graders look at."""

    def grading(self, resolved: Resolved, case: Case) -> dict[str, object]:
        """What decides the scores besides the record and the graders."""
