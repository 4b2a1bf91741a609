"""The canary: a suite that passes with one of its covered functions broken does not test that code.

Which functions are broken is decided by the known answer: its coverage says which ones run, and only those
are taken whose breaking its tests notice. So a canary that fails to be noticed says something of the agent's
commands and nothing of the project, and every agent meets the same ones.

A neutral change goes with them. An answer that recognises the pristine source, by its hash or its commit, and
shows prepared reports for it, must show the same results for a source with one more statement that does
nothing, and its coverage must have moved by that line. And coverage that was not measured, but computed from
the source, claims lines behind the break, which nothing can reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.proof import Proof, Proven
from specrun.graders.source_lines import delivered_text
from specrun.measure.canary import Canary, choose
from specrun.measure.paths import Matcher

if TYPE_CHECKING:
    from specrun.graders.replayable import Replayable
    from specrun.graders.replaying import Replay
    from specrun.measure.reports import Coverage, TestRun

TRIES = 4
"""How many functions are tried with the known answer for each canary that is wanted."""

LEEWAY = 0.2
"""How many tests may react otherwise than with the known answer, as a share of those that fail with it.

Where the tests have the same names, they are compared one by one. Where they have not, another test runner is
used, and their numbers are compared.
"""


async def prove(known: Replayable, count: int) -> Proof:
    """Find canaries that the known answer notices. `known` is graded as if the oracle had answered."""
    replay = await known.replay()
    found: list[Proven] = []
    for number, canary in enumerate(_candidates(known, replay, TRIES * count)):
        if len(found) == count:
            break
        first = not found
        broken = await known.replay_edited(f"candidate-{number}", _edit(canary, canary.broken), first)
        if replay.tests is not None and _notices(replay.tests, broken.tests):
            dark = _dark(canary, replay.coverage, broken.coverage) if first else frozenset()
            found.append(Proven(canary=canary, after=broken.tests, dark=dark))
    return Proof(tests=replay.tests, changed=replay.changed, canaries=tuple(found))


async def canary_evidence(
    graded: Replayable, tests: TestRun, coverage: Coverage | None, proof: Proof
) -> list[str]:
    """What is wrong; empty if the suite notices every broken function and no neutral change."""
    if not proof.canaries:
        return ["no function of the project could be broken so that its tests notice"]
    first = proof.canaries[0].canary
    same = await graded.replay_edited("neutral", _edit(first, first.neutral), True)
    evidence = _neutral_evidence(tests, coverage, first, same)
    for number, proven in enumerate(proof.canaries, 1):
        edit = _edit(proven.canary, proven.canary.broken)
        broken = await graded.replay_edited(f"canary-{number}", edit, bool(proven.dark))
        wrong = _wrong(tests, broken.tests, proven, proof.tests) or _lit(broken.coverage, proven)
        if wrong is not None:
            evidence.append(f"{proven.canary.function} in {proven.canary.path} was broken and {wrong}")
    return evidence


def _neutral_evidence(tests: TestRun, coverage: Coverage | None, canary: Canary, same: Replay) -> list[str]:
    if same.tests != tests:
        return [f"a change of {canary.path} that means nothing changed the test results"]
    if _covered(same.coverage, canary.path) - {canary.inserted} != _moved(canary, coverage):
        return [f"a line was added to {canary.path} and its coverage did not move with it"]
    return []


def _wrong(before: TestRun, after: TestRun | None, proven: Proven, known: TestRun | None) -> str | None:
    """What is wrong with a suite's reaction to a broken function; None if it reacts as it should."""
    if after is None:
        return None if proven.after is None else "the tests left no report, as the right commands do"
    if not _notices(before, after):
        return "no test failed"
    if proven.after is None or known is None or before.ran != known.ran:
        return None
    expected = proven.after.broken
    if _names(before) == _names(known):
        differ = len(_broken(after) ^ _broken(proven.after))
        return (
            f"{differ} tests react otherwise than with the right commands"
            if differ > LEEWAY * expected
            else None
        )
    if abs(after.broken - expected) > max(1, LEEWAY * expected):
        return f"{after.broken} tests failed, where {expected} do with the right commands"
    return None


def _lit(coverage: Coverage | None, proven: Proven) -> str | None:
    """What is wrong with the coverage of a broken function; None if it is right, or none was left."""
    if proven.dark and proven.dark <= _covered(coverage, proven.canary.path):
        return "the lines that it does not reach any more are still covered"
    return None


def _dark(canary: Canary, before: Coverage | None, broken: Coverage | None) -> frozenset[int]:
    """Lines of the broken file that ran before; empty if the broken one leaves no coverage report."""
    return _moved(canary, before) - _covered(broken, canary.path) if broken else frozenset()


def _moved(canary: Canary, coverage: Coverage | None) -> frozenset[int]:
    """The covered lines of the file, where they are once the canary's line is in it."""
    return frozenset(line + (line >= canary.inserted) for line in _covered(coverage, canary.path))


def _names(tests: TestRun) -> frozenset[str]:
    return frozenset(test.id for test in tests.tests)


def _broken(tests: TestRun) -> frozenset[str]:
    return tests.ids("failed", "error")


def _notices(before: TestRun, after: TestRun | None) -> bool:
    """Whether a test that passed before does not pass any more, or the suite cannot even report."""
    return after is None or bool(before.ids("passed") - after.ids("passed"))


def _covered(coverage: Coverage | None, path: str) -> frozenset[int]:
    file = coverage.files.get(path) if coverage else None
    return file.covered if file else frozenset()


def _edit(canary: Canary, text: str) -> dict[str, bytes]:
    return {canary.path: text.encode("utf-8", "surrogateescape")}


def _candidates(known: Replayable, replay: Replay, count: int) -> tuple[Canary, ...]:
    if replay.coverage is None:
        return ()
    matcher = Matcher(known.project.paths)
    texts = {
        path: text
        for path in sorted(replay.coverage.files)
        if matcher.kind(path) == "source" and (text := delivered_text(known.tree, path)) is not None
    }
    return choose(replay.coverage, texts, known.language, known.seed, count)
