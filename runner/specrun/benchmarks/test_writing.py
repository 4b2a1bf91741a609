"""`test-writing`: does an agent add tests, how much do they cover, and do they check anything?

The agent gets a project whose tests run, and leaves a patch. The allowed part of the patch is graded in a
clean workspace: which tests are new, which lines they cover that were missed, which faults they notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from specrun.benchmarks.base import Case, DataPath, Place, Roster, Surroundings
from specrun.benchmarks.model_checks import model_problems
from specrun.benchmarks.projects import ProjectCase, project_case, project_roster
from specrun.benchmarks.writing_checks import writing_problems
from specrun.graders.written import Written
from specrun.spec.models import TestWriting
from specrun.spec.models.writing import FilePair

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.library import Resolved
    from specrun.spec.models.test_writing import Cases
    from specrun.spec.problems import Problem


class WritingCase(ProjectCase, frozen=True, kw_only=True):
    """A project, and the files of it that tests are wanted for; none where it is all of them."""

    files: tuple[FilePair, ...] = ()


class TestWritingKind:
    """The benchmark kind `test-writing`."""

    __test__ = False
    graded = Written

    def check(self, resolved: Resolved) -> list[Problem]:
        """Projects without files or commands, pairs that do not fit, agents that want what is not there."""
        projects = [project_case(each) for each in resolved.parts["projects"]]
        return [*writing_problems(resolved, projects), *model_problems(resolved)]

    def check_data(self, data: dict[str, Any]) -> list[tuple[DataPath, str]]:
        """Keys that contradict each other."""
        return list(_contradictions(data))

    def online(self, resolved: Resolved) -> DataPath | None:
        """The key `network`, if it opens it."""
        return ("network",) if model_of(resolved).network == "host" else None

    def cases(self, resolved: Resolved) -> tuple[WritingCase, ...]:
        """A case for each file, or for each project."""
        cut = model_of(resolved).cases
        return tuple(case for project in resolved.parts["projects"] for case in _cases(project, cut))

    def roster(self, resolved: Resolved, surroundings: Surroundings) -> Roster:
        """The agents that the spec names."""
        return project_roster(resolved, surroundings)

    async def places(
        self, resolved: Resolved, cases: Sequence[Case], surroundings: Surroundings
    ) -> Sequence[Place]:
        """The projects with their source, tools and baseline."""
        from specrun.benchmarks.writing_places import places  # slow to import, and checking does without

        mine = [case for case in cases if isinstance(case, WritingCase)]
        return await places(resolved, mine, self.roster(resolved, surroundings), surroundings)

    def fetch(self, resolved: Resolved, case: Case, cache: Path) -> str | None:
        """Bring a project's source and tools."""
        from specrun.benchmarks.project_place import fetch_project

        del resolved
        return fetch_project(case, cache)


def model_of(resolved: Resolved) -> TestWriting:
    """The benchmark."""
    return cast("TestWriting", resolved.model)


def file_case(case: WritingCase, pair: FilePair) -> WritingCase:
    """The case of one file of a project."""
    return msgspec.structs.replace(
        case,
        id=f"{case.project.id}.{pair.id}",
        title=f"{case.title}: {pair.source}" if case.title else pair.source,
        facets={**case.facets, "source": pair.source, "test": pair.test},
        files=(pair,),
        unsettled=(),
    )


def _cases(project: Resolved, cut: Cases) -> Iterator[WritingCase]:
    plain = project_case(project)
    fields = {name: getattr(plain, name) for name in ProjectCase.__struct_fields__}
    writing = plain.project.writing
    named = writing.files if cut.per == "file" else ()
    whole = WritingCase(**{**fields, "without": writing.hide}, files=named)
    if cut.per == "project" or cut.workspace == "shared":
        yield whole
        return
    for pair in writing.files:
        yield file_case(whole, pair)
    if writing.select is not None:
        yield msgspec.structs.replace(whole, files=(), unsettled=("case", "source", "test"))


def _contradictions(data: dict[str, Any]) -> Iterator[tuple[DataPath, str]]:
    cases = data.get("cases")
    per = cases.get("per") if isinstance(cases, dict) else None
    if per == "project" and isinstance(cases, dict) and cases.get("workspace") == "shared":
        yield ("cases", "workspace"), "'shared' is about the files of a project, and 'per' is 'project'"
    writable = data.get("writable")
    for number, glob in enumerate(writable if isinstance(writable, list) else []):
        if isinstance(glob, str) and "${case.test}" in glob and per == "project":
            yield ("writable", number), "a case that is a whole project has no '${case.test}'"
