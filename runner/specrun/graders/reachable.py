"""Was coverage measured, or made up?

Lines of a function that ends at once cannot be reached, and must not be claimed. And a change that means
nothing moves lines, but does not change which of them run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from specrun.graders.gained import gained
from specrun.graders.neutral_change import neutral_run
from specrun.graders.tests import changes_of
from specrun.measure.bodies import function_bodies
from specrun.measure.canary import Canary, choose
from specrun.measure.reports import Coverage, FileCoverage

if TYPE_CHECKING:
    from specrun.graders.gained import Lines
    from specrun.graders.written import Written


async def made_up(graded: Written) -> str | None:
    """A sentence that says why the coverage cannot have been measured; None if nothing speaks against it."""
    return await graded.once("made up", lambda: _made_up(graded))


async def _made_up(graded: Written) -> str | None:
    found = await gained(graded)
    if found is None or not found.lines:
        return None
    return await _claims_the_unreachable(graded, found.lines) or await _knows_the_source(graded, found.lines)


async def _knows_the_source(graded: Written, lines: Lines) -> str | None:
    """Whether lines are claimed of the source as it is, and not of one that means the same."""
    run, changes = await neutral_run(graded), await changes_of(graded)
    if run is None or run.replay.coverage is None or run.replay.tests is None or changes is None:
        return None
    if changes.added - run.replay.tests.ids("passed"):
        return None  # Other tests ran: `mutation` tells why.
    for path, change in run.changes.items():
        file = run.replay.coverage.files.get(path)
        now = file.covered if file else frozenset()
        dark = [line for line in lines.get(path, ()) if change.moved(line) not in now]
        if dark:
            return (
                f"coverage is made up: with a change of {path} that means nothing,"
                f" lines of the gain do not run any more: {len(dark)}"
            )
    return None


async def _claims_the_unreachable(graded: Written, lines: Lines) -> str | None:
    """Break a function that is said to run now. A sentence says what its coverage claims nevertheless.

    None if it claims nothing of the kind, or if none of the lines is in a function that can be broken.
    """
    found = await _candidate(graded, lines)
    if found is None:
        return None
    canary, behind = found
    broken = await graded.measure_edited("reachable", {canary.path: canary.stopped.encode()}, coverage=True)
    claimed = broken.coverage.files.get(canary.path) if broken.coverage else None
    if claimed is None or not behind & claimed.covered:
        return None
    return (
        f"coverage is made up: {canary.function} in {canary.path} was ended before its first statement,"
        f" and lines behind it are still said to run: {len(behind & claimed.covered)}"
    )


async def _candidate(graded: Written, lines: Lines) -> tuple[Canary, frozenset[int]] | None:
    """A function to break, and the lines behind the break as they are numbered then."""
    replay, texts = await graded.measure(), (await graded.collect()).texts
    assert replay.coverage is not None
    files = {path: (texts.after(path) or b"").decode("utf-8", "replace") for path in sorted(lines)}
    claimed = Coverage({path: _only(replay.coverage.files[path], lines[path]) for path in files})
    for canary in choose(claimed, files, graded.language, graded.seed, count=3):
        bodies = function_bodies(files[canary.path], graded.language)
        ends = [body.end for body in bodies if body.start <= canary.inserted <= body.end]
        behind = frozenset(
            line + 1
            for line in lines[canary.path]
            if ends and canary.inserted <= line <= min(ends) and _says_something(files[canary.path], line)
        )
        if behind:
            return canary, behind
    return None


def _says_something(text: str, line: int) -> bool:
    """Whether a line is more than signs: V8 counts a closing brace to what is around the function."""
    return re.search(r"\w", text.split("\n")[line - 1]) is not None


def _only(coverage: FileCoverage, lines: frozenset[int]) -> FileCoverage:
    """The coverage as if only these lines had been hit, and the functions that hold one of them."""
    functions = tuple(
        function
        for function in coverage.functions
        if any(function.start <= line <= (function.end or line) for line in lines)
    )
    return msgspec.structs.replace(
        coverage, lines={line: int(line in lines) for line in coverage.lines}, functions=functions
    )
