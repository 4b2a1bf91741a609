"""Making the places of test-writing: each project is found and measured once, whatever its cases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from specrun.benchmarks.baseline import Ways, baseline
from specrun.benchmarks.project_place import find_all
from specrun.benchmarks.projects import right_commands
from specrun.benchmarks.selected import selected_files
from specrun.benchmarks.test_writing import file_case, model_of
from specrun.benchmarks.writing_answer import known_files
from specrun.benchmarks.writing_place import WritingPlace
from specrun.benchmarks.writing_task import writable_globs, writing_task
from specrun.graders.written import Baseline
from specrun.measure.paths import literal_glob
from specrun.spec.problems import SpecError, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.benchmarks.base import Roster, Surroundings
    from specrun.benchmarks.project_place import Found
    from specrun.benchmarks.test_writing import WritingCase
    from specrun.spec.library import Resolved
    from specrun.spec.models.test_writing import Cases
    from specrun.workspaces.site import Site


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A project as it is on this machine, with what its own tests do and what its oracle knows."""

    found: Found
    baseline: Baseline
    known: dict[str, bytes]


async def places(
    resolved: Resolved, cases: Sequence[WritingCase], roster: Roster, surroundings: Surroundings
) -> list[WritingPlace]:
    """The places of all cases, in their order. Raises SpecError and SourceError as `find_all` does."""
    model = model_of(resolved)
    projects = {case.project.id: case for case in cases}
    found = await find_all(list(projects.values()), surroundings)
    if surroundings.tell is not None:
        count = len(projects)
        surroundings.tell(f"measuring what the tests of {count} project{'s' * (count != 1)} do as they are")
    turn = asyncio.Semaphore(surroundings.jobs)

    async def measure(case: WritingCase, each: Found) -> Measured:
        if each.site is None:
            return Measured(found=each, baseline=Baseline(), known={})
        commands = right_commands(case.project)
        async with turn:
            await asyncio.to_thread(_check_sources, case, each.site)
            known = await asyncio.to_thread(known_files, case, each.site)
            name = each.source + each.tools
            ways = Ways(commands=commands, project=case.project, model=model)
            before = await baseline(each.site, ways, name, surroundings.cache)
        return Measured(found=each, baseline=before, known=known)

    measured = await asyncio.gather(*map(measure, projects.values(), found))
    by_project = dict(zip(projects, measured, strict=True))
    return [
        _place(resolved, closed, by_project[case.project.id], roster)
        for case in cases
        for closed in _closed(case, by_project[case.project.id], model.cases)
    ]


def _check_sources(case: WritingCase, site: Site) -> None:
    """Raise SpecError if a file that tests are wanted for is not there, or is hidden itself."""
    worktree = site.delivered().worktree
    problems = [
        case.resolved.origin(("writing", "files", number, "source")).problem(
            f"{case.project.id} has no file {quoted(pair.source)}, or it is among 'hide'"
        )
        for number, pair in enumerate(case.project.writing.files)
        if not (worktree / pair.source).is_file()
    ]
    if problems:
        raise SpecError(problems)


def _closed(case: WritingCase, measured: Measured, cut: Cases) -> list[WritingCase]:
    """The case itself, or those that it stands for; itself too where none of them can be known."""
    shared = cut.per == "file" and cut.workspace == "shared"
    if case.project.writing.select is None or not (case.unsettled or shared):
        return [case]
    if measured.found.site is None or measured.baseline.problem is not None:
        return [msgspec.structs.replace(case, unsettled=())]
    selected = selected_files(case.project, measured.baseline.coverage)
    if shared:
        return [msgspec.structs.replace(case, files=(*case.files, *selected))]
    return [file_case(case, pair) for pair in selected]


def _place(resolved: Resolved, case: WritingCase, measured: Measured, roster: Roster) -> WritingPlace:
    task = writing_task(resolved, case, measured.baseline.coverage, measured.known)
    # Of a source file that holds its tests only these may be written, which needs no pattern.
    apart = tuple(pair for pair in case.files if pair.test != pair.source)
    writable = writable_globs(resolved, msgspec.structs.replace(case, files=apart), literal_glob)
    return WritingPlace(model_of(resolved), task, case, measured.found, measured.baseline, writable, roster)
