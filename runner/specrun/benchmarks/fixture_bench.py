"""The bench of one context fixture: its artifacts while they are needed, and whether it says anything."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.record import AgentRun
from specrun.context.material import Material, make
from specrun.context.payloads.base import PayloadError
from specrun.context.replay import Replayer
from specrun.graders.in_context import InContext
from specrun.spec.models.context_fixture import AnswerRule, ScriptedPolicy
from specrun.workspaces.sweep import base_folder

if TYPE_CHECKING:
    from specrun.benchmarks.base import UsedGrader
    from specrun.context.replay import Replayed
    from specrun.results.model import Score
    from specrun.spec.library import Resolved
    from specrun.spec.models.context_fixture import ContextFixture, Mutant

MOST_OPEN = 64
"""Fixtures whose artifacts are kept at a time; one that is needed again is generated again."""

NOTHING = ScriptedPolicy(answer=AnswerRule(text=""))
"""A policy that does nothing."""


class Shelf:
    """The fixtures whose artifacts are at hand just now."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, FixtureBench] = OrderedDict()

    def used(self, bench: FixtureBench) -> None:
        """A bench is used; put away those that were not used for longest."""
        self._open[bench.fixture.id] = bench
        self._open.move_to_end(bench.fixture.id)
        for name in list(self._open)[: max(0, len(self._open) - MOST_OPEN)]:
            if self._open[name].put_away():
                del self._open[name]


class FixtureBench:
    """One fixture, shared by its arms."""

    def __init__(
        self, resolved: Resolved, shelf: Shelf, graders: tuple[UsedGrader, ...], most_calls: int
    ) -> None:
        fixture = resolved.model
        self.fixture: ContextFixture = fixture  # type: ignore[assignment]
        self._resolved = resolved
        self._shelf = shelf
        self._graders = {use.grader.name: use for use in graders}
        self._most_calls = most_calls
        self._lock = asyncio.Lock()
        self._judging = asyncio.Lock()
        self._material: Material | None = None
        self._replayers: dict[str, Replayer] = {}
        self._busy = 0
        self._verdict: list[str | None] = []

    async def replay(self, arm: str, policy: ScriptedPolicy, *, probe: bool = True) -> Replayed:
        """Let a policy act in an arm, and probe segments if wanted.

        Raises PayloadError if a pin does not hold, and ValueError where the arm cannot work.
        """
        async with self._lock:
            if self._material is None:
                folder = self._resolved.path.parent
                self._material = await asyncio.to_thread(make, self.fixture, folder, base_folder())
            self._shelf.used(self)
            self._busy += 1
        try:
            return await self._run(self._material, arm, policy, probe)
        finally:
            self._busy -= 1

    async def broken(self) -> str | None:
        """Why the fixture says nothing; None if it does. Found out once."""
        async with self._judging:
            if not self._verdict:
                self._verdict.append(await self._broken())
        return self._verdict[0]

    def put_away(self) -> bool:
        """Let go of the artifacts, unless somebody works with them."""
        if self._busy or self._lock.locked():
            return False
        if self._material is not None:
            self._material.close()
        self._material, self._replayers = None, {}
        return True

    async def _run(self, material: Material, arm: str, policy: ScriptedPolicy, probe: bool) -> Replayed:
        def replay() -> Replayed:
            return self._replayer(material, arm).replay(policy, probe=probe)

        # Small output is searched sooner than a thread is asked.
        return replay() if material.is_small else await asyncio.to_thread(replay)

    def _replayer(self, material: Material, arm: str) -> Replayer:
        if arm not in self._replayers:
            self._replayers[arm] = Replayer(material, arm, self._most_calls)
        return self._replayers[arm]

    async def _broken(self) -> str | None:
        try:
            for check in (self._passed_by_nothing, self._unnoticed_mutant, self._unsolvable):
                if (reason := await check()) is not None:
                    return reason
        except (PayloadError, ValueError) as error:
            return str(error)
        return None

    async def _passed_by_nothing(self) -> str | None:
        for arm in self.fixture.arms:
            if not self.fixture.smoke and not await self._failed(arm, "", NOTHING):
                return (
                    f"an agent that does nothing passes it in the arm {arm}: mend it, or mark it smoke: true"
                )
        return None

    async def _unnoticed_mutant(self) -> str | None:
        for name, mutant in self.fixture.mutants.items():
            scores = await self._scores(mutant.arm, mutant.of, mutated(self.fixture, mutant))
            for grader in mutant.must_fail:
                if grader in scores and scores[grader].status != "failed":
                    return f"the mutant {name} is not failed by {grader}"
        return None

    async def _unsolvable(self) -> str | None:
        for arm in self.fixture.arms:
            for name, policy in self.fixture.policies.items():
                if not await self._failed(arm, name, policy):
                    return None
        return "no policy passes it in any arm"

    async def _failed(self, arm: str, name: str, policy: ScriptedPolicy) -> bool:
        """Whether a policy does not pass all required graders."""
        scores = await self._scores(arm, name, policy)
        required = [score for grader, score in scores.items() if self._graders[grader].required]
        return any(score.status == "failed" for score in required) or not any(
            score.status == "passed" for score in required
        )

    async def _scores(self, arm: str, name: str, policy: ScriptedPolicy) -> dict[str, Score]:
        replayed = await self.replay(arm, policy, probe=False)
        graded = InContext(run=AgentRun(), fixture=self.fixture, arm=arm, policy=name, trace=replayed.trace)
        return {grader: await use.grader.grade(graded, use.options) for grader, use in self._graders.items()}


def mutated(fixture: ContextFixture, mutant: Mutant) -> ScriptedPolicy:
    """The policy that a mutant is."""
    changes = {"calls": mutant.calls, "answer": mutant.answer}
    given = {key: value for key, value in changes.items() if value is not None}
    return msgspec.structs.replace(fixture.policies[mutant.of], **given)
