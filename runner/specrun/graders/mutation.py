"""`mutation`: do the added tests notice when the code that they cover is wrong?

Small faults (mutants) are put into the lines that are covered now and were not before, also those that
the patch itself added, one at a time, and the
tests are run. Only the tests that the patch added count. A change of the same file that means nothing goes
with them: a test that fails because of it looks at the source and not at what it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from specrun.graders.base import Grader, score
from specrun.graders.gained import gained
from specrun.graders.tests import changes_of
from specrun.graders.written import Written
from specrun.measure.mutation import Mutant, mutants, neutral, sample
from specrun.results.model import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.graders.gained import Lines
    from specrun.results.model import Number, Score

NAME = "mutation"
Fate = Literal["killed", "survived", "unusable"]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many faults to try, and how many must be noticed."""

    mutants: Annotated[int, Meta(ge=1, le=1000, description="How many mutants are tried at most.")] = 8
    least: Annotated[float, Meta(ge=0, le=1, description="The share that must be killed.")] = 0.5
    wall: Annotated[float, Meta(gt=0, le=3600, description="Seconds for the tests of one mutant.")] = 30


async def grade(graded: Written, options: Options) -> Score:
    """Pass if enough mutants are killed. A mutant whose tests do not end in time is killed."""
    found, changes = await gained(graded), await changes_of(graded)
    lines = _merged(found.lines, found.fresh) if found else {}
    if not lines or changes is None or not changes.added:
        return score(NAME, "not_applicable", "no test was added that covers a line more")
    texts = (await graded.collect()).texts
    files = {path: text for path in lines if (text := _text(texts.after(path))) is not None}
    possible = {path: mutants(text, graded.language, lines[path]) for path, text in files.items()}
    chosen = sample(possible, graded.seed, options.mutants)
    if not chosen:  # Else whoever covers only such lines would pass without checking anything.
        return score(NAME, "failed", "nothing in the lines gained can be mutated: no check is shown")
    path, first = chosen[0]
    unfit = await _looks_at_source(graded, changes.added, path, files[path], first.line, options)
    if unfit is not None:
        return score(NAME, "failed", unfit)
    fates = [
        await _fate(graded, changes.added, number, path, mutant.text_in(files[path]), options)
        for number, (path, mutant) in enumerate(chosen, 1)
    ]
    return _score(chosen, fates, options)


def _score(chosen: Sequence[tuple[str, Mutant]], fates: Sequence[Fate], options: Options) -> Score:
    killed, survived = fates.count("killed"), fates.count("survived")
    tried = killed + survived
    figures: dict[str, Number] = {"killed": killed, "mutants": tried, "unusable": fates.count("unusable")}
    if not tried:
        return score(NAME, "not_applicable", "no mutant could be run", figures=figures)
    evidence = [
        f"{path}:{mutant.line}: {mutant.before} -> {mutant.after}"
        for (path, mutant), fate in zip(chosen, fates, strict=True)
        if fate == "survived"
    ]
    enough = killed >= options.least * tried
    if not enough:
        evidence.insert(0, f"{killed} of {tried} mutants were killed")
    return score(NAME, "passed" if enough else "failed", *evidence, figures=figures)


async def _fate(
    graded: Written, added: frozenset[str], number: int, path: str, text: str, options: Options
) -> Fate:
    """What became of a mutant. One that cannot even be built leaves no report, and says nothing."""
    replay = await graded.measure_edited(f"mutant-{number}", {path: text.encode()}, wall=options.wall)
    if replay.tests is not None:
        return "killed" if added - replay.tests.ids("passed") else "survived"
    step = replay.step("test")
    return "unusable" if step is None or (step.ending == "exited" and not replay.tests_begun) else "killed"


async def _looks_at_source(
    graded: Written, added: frozenset[str], path: str, text: str, line: int, options: Options
) -> str | None:
    """Say so if an added test fails when its source is changed and means the same, or takes too long."""
    same = neutral(text, graded.language, line)
    if same is None:
        return None
    replay = await graded.measure_edited("neutral", {path: same.encode()}, wall=options.wall)
    if replay.tests is not None and added <= replay.tests.ids("passed"):
        return None
    step = replay.step("test")
    if step is not None and step.ending == "wall_limit":
        return f"where nothing is wrong the tests do not end in {options.wall:g} seconds"
    return f"a change of {path} that means nothing makes added tests fail"


def _merged(lines: Lines, more: Lines) -> Lines:
    none: frozenset[int] = frozenset()
    return {path: lines.get(path, none) | more.get(path, none) for path in sorted({*lines, *more})}


def _text(content: bytes | None) -> str | None:
    """A file's text; None if it is gone or is not UTF-8: what cannot be read cannot be mutated."""
    try:
        return None if content is None else content.decode()
    except UnicodeDecodeError:
        return None


GRADER = Grader(
    name=NAME,
    title="The added tests notice faults in the lines that they cover",
    version=1,
    grade=grade,
    subject=Written,
    options=Options,
    figures=(
        Figure(
            name="killed",
            title="mutants killed",
            unit="mutants",
            direction="higher",
            combine="sum",
            out_of="mutants",
            headline=True,
        ),
        Figure(name="mutants", title="mutants tried", unit="mutants", direction="none", combine="sum"),
        Figure(
            name="unusable",
            title="mutants that could not be run",
            unit="mutants",
            direction="none",
            combine="sum",
        ),
    ),
)
