"""The work of a test-writing trial: one stage for each file, with a prompt that sees the coverage before."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from specrun.agents.base import KnownAnswer, Stage, Task
from specrun.benchmarks.test_writing import model_of
from specrun.measure.paths import Matcher
from specrun.spec.placeholders import fill
from specrun.spec.problems import Problem, SpecError
from specrun.spec.templates import read_template, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from specrun.benchmarks.test_writing import WritingCase
    from specrun.measure.reports import Coverage
    from specrun.spec.library import Resolved
    from specrun.spec.models.writing import FilePair

STAGE = "write"


def writing_task(resolved: Resolved, case: WritingCase, before: Coverage, known: dict[str, bytes]) -> Task:
    """The task of one case. The oracle gets the tests of the case's files, else all that it knows."""
    model = model_of(resolved)
    mine = {pair.test: known[pair.test] for pair in case.files if pair.test in known}
    return Task(
        case=case.id,
        stages=tuple(_stages(resolved, case, before)),
        limits=model.limits.agent,
        network=model.network == "host",
        ignore=case.project.paths.ignore,
        known_answer=KnownAnswer(project=mine or known),
    )


def _stages(resolved: Resolved, case: WritingCase, before: Coverage) -> Iterable[Stage]:
    several = len(case.files) > 1
    for pair in case.files or (None,):
        yield Stage(
            f"{STAGE}-{pair.id}" if several and pair else STAGE,
            _prompt(resolved, case, pair, before),
            source=pair.source if pair else None,
            test=pair.test if pair else None,
        )


def _prompt(resolved: Resolved, case: WritingCase, pair: FilePair | None, before: Coverage) -> str:
    model, commands = model_of(resolved), case.project.commands
    if model.prompt is None:
        return ""
    file = resolved.path.parent / model.prompt
    lines = _lines(case, pair, before)
    try:
        return render(
            read_template(file),
            case_id=case.id,
            project=case.project.id,
            source=pair.source if pair else None,
            test=pair.test if pair else None,
            writable=writable_globs(resolved, case, str),
            setup_command=commands.setup,
            test_command=commands.test,
            coverage_command=commands.coverage,
            covered_lines=sum(hit for _, _, hit in lines),
            executable_lines=len(lines),
            missed_lines=_ranges(lines),
        )
    except ValueError as error:
        raise SpecError([Problem(file, 1, 1, str(error))]) from error


def writable_globs(resolved: Resolved, case: WritingCase, spell: Callable[[str], str]) -> tuple[str, ...]:
    """The patterns of what may be written in a case; `spell` writes a path as a pattern."""
    globs: list[str] = []
    for glob in model_of(resolved).writable or case.project.paths.tests:
        if "${case.test}" in glob:
            globs += [fill(glob, {"case.test": spell(pair.test)}) for pair in case.files]
        else:
            globs.append(fill(glob, {}))
    return tuple(dict.fromkeys(globs))


def _lines(case: WritingCase, pair: FilePair | None, before: Coverage) -> list[tuple[str, int, bool]]:
    """The executable lines of the file, or of all source, each with whether it is hit before."""
    matcher = Matcher(case.project.paths)
    return [
        (path, line, hits > 0)
        for path, file in before.files.items()
        if (path == pair.source if pair else matcher.kind(path) == "source")
        for line, hits in file.lines.items()
    ]


def _ranges(lines: list[tuple[str, int, bool]]) -> dict[str, str]:
    """By file, the lines that are missed: `3-7, 12`. Lines that are not executable do not part a range."""
    missed: dict[str, list[str]] = {}
    for (path, hit), part in groupby(lines, key=lambda each: (each[0], each[2])):
        if not hit:
            first, *_ = numbers = [line for _, line, _ in part]
            missed.setdefault(path, []).append(f"{first}-{numbers[-1]}" if len(numbers) > 1 else str(first))
    return {path: ", ".join(parts) for path, parts in missed.items()}
