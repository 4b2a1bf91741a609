"""The canary: a suite that passes with one of its covered functions broken does not test that code.

A neutral change goes with it. An answer that recognises the pristine source, by its hash or its commit, and
shows a prepared report for it, must show the same for a source with one more statement that does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.source_lines import delivered_text
from specrun.measure.canary import Canary, choose
from specrun.measure.paths import Matcher

if TYPE_CHECKING:
    from specrun.graders.base import Graded
    from specrun.graders.replaying import Replay
    from specrun.measure.reports import TestRun


async def canary_evidence(graded: Graded, replay: Replay, count: int) -> list[str]:
    """What is wrong; empty if the suite notices every broken function and no neutral change."""
    if count == 0:
        return []
    canaries = _choose(graded, replay, count)
    if not canaries:
        return ["no covered function could be broken: the coverage report shows none"]
    assert replay.tests is not None
    first = canaries[0]
    same = await graded.replay_edited("neutral", {first.path: first.neutral.encode()})
    if same.tests != replay.tests:
        return [f"a change of {first.path} that means nothing changed the test results"]
    evidence = []
    for number, canary in enumerate(canaries, 1):
        broken = await graded.replay_edited(f"canary-{number}", {canary.path: canary.broken.encode()})
        if not notices(replay.tests, broken.tests):
            evidence.append(f"{canary.function} in {canary.path} was broken and no test failed")
    return evidence


def notices(before: TestRun, after: TestRun | None) -> bool:
    """Whether a test that passed before does not pass any more, or the whole suite cannot run."""
    return after is None or bool(before.ids("passed") - after.ids("passed"))


def _choose(graded: Graded, replay: Replay, count: int) -> tuple[Canary, ...]:
    if replay.coverage is None:
        return ()
    matcher = Matcher(graded.project.paths)
    texts = {
        path: text
        for path in sorted(replay.coverage.files)
        if matcher.kind(path) == "source" and (text := delivered_text(graded, path)) is not None
    }
    return choose(replay.coverage, texts, graded.language, graded.seed, count)
