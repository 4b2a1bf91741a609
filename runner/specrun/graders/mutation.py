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
from specrun.graders.neutral_change import decoded, neutral_run
from specrun.graders.reachable import made_up
from specrun.graders.tests import changes_of
from specrun.graders.written import Written
from specrun.measure.mutation import Mutant, mutants, sample
from specrun.results.model import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.graders.gained import Lines
    from specrun.graders.replaying import Replay
    from specrun.results.model import Number, Score

NAME = "mutation"
Fate = Literal["killed", "survived", "unusable"]
COMPILED = frozenset({"c"})
"""Languages in which a mutant may fail to be built."""


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
    if await made_up(graded) is not None:
        return score(NAME, "not_applicable", "the coverage is made up, so there is no line to mutate")
    texts = (await graded.collect()).texts
    files = {path: text for path in lines if (text := decoded(texts.after(path))) is not None}
    possible = {path: mutants(text, graded.language, lines[path]) for path, text in files.items()}
    chosen = sample(possible, graded.seed, options.mutants)
    if not chosen:  # Else whoever covers only such lines would pass without checking anything.
        return score(NAME, "failed", "nothing in the lines gained can be mutated: no check is shown")
    unfit = await _looks_at_source(graded, changes.added)
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
    evidence = [
        f"{path}:{mutant.line}: {mutant.before} -> {mutant.after}"
        for (path, mutant), fate in zip(chosen, fates, strict=True)
        if fate == "survived"
    ]
    enough = tried > 0 and killed >= options.least * tried
    if not tried:
        evidence.insert(0, "no mutant could be run: no check is shown")
    elif not enough:
        evidence.insert(0, f"{killed} of {tried} mutants were killed")
    return score(NAME, "passed" if enough else "failed", *evidence, figures=figures)


async def _fate(
    graded: Written, added: frozenset[str], number: int, path: str, text: str, options: Options
) -> Fate:
    """What became of a mutant. Who leaves no report and calls it a success has noticed nothing.

    A mutant that cannot even be built says nothing; only compiled languages have such.
    """
    replay = await graded.measure_edited(f"mutant-{number}", {path: text.encode()}, wall=options.wall)
    if replay.tests is not None:
        return "killed" if await _fails(graded, replay, added) else "survived"
    step = replay.step("test")
    if step is None or step.ending != "exited" or replay.tests_begun:
        return "unusable" if step is None else "killed"
    if step.exit_code == 0:
        return "survived"
    return "unusable" if graded.language in COMPILED else "killed"


async def _fails(graded: Written, replay: Replay, added: frozenset[str]) -> bool:
    """Whether a test that was added does not pass any more, and the run says so.

    Tests can have other names when the code gives other values; that alone is no failure.
    """
    assert replay.tests is not None
    whole = await graded.measure()
    failing = whole.tests.ids("failed", "error") if whole.tests else frozenset()
    now, then = replay.step("test"), whole.step("test")
    told = bool(replay.tests.ids("failed", "error") - failing)
    return bool(added - replay.tests.ids("passed")) and (
        told or (now is not None and then is not None and now.exit_code != then.exit_code)
    )


async def _looks_at_source(graded: Written, added: frozenset[str]) -> str | None:
    """Say so if an added test fails when its source is changed and means the same."""
    run = await neutral_run(graded)
    if run is None or (run.replay.tests is not None and added <= run.replay.tests.ids("passed")):
        return None
    return f"a change of {', '.join(sorted(run.changes))} that means nothing makes added tests fail"


def _merged(lines: Lines, more: Lines) -> Lines:
    none: frozenset[int] = frozenset()
    return {path: lines.get(path, none) | more.get(path, none) for path in sorted({*lines, *more})}


GRADER = Grader(
    name=NAME,
    title="The added tests notice faults in the lines that they cover",
    version=2,
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
