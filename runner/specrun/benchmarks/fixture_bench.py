"""The bench of one context fixture: its artifacts while they are needed, and whether it says anything."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from weakref import ref

import msgspec

from specrun.agents.record import AgentRun
from specrun.context.material import Material, make
from specrun.context.mutants import mutated
from specrun.context.payloads.base import PayloadError
from specrun.context.replay import Replayer
from specrun.graders.in_context import InContext
from specrun.plan.trial import RECORD_FORMAT
from specrun.spec.digest import digest
from specrun.spec.models.context_fixture import AnswerRule, ScriptedPolicy
from specrun.workspaces.sweep import base_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from specrun.benchmarks.base import DataPath, UsedGrader
    from specrun.context.payloads.base import Fault
    from specrun.context.replay import Replayed
    from specrun.context.trace import Probe
    from specrun.results.model import Score
    from specrun.spec.library import Resolved
    from specrun.spec.models.context_fixture import ContextFixture

Value = TypeVar("Value")

MOST_OPEN = 256
"""Artifacts that are kept at a time, each an open file; those that are needed again are generated again."""

NOTHING = ScriptedPolicy(answer=AnswerRule(text=""))
"""A policy that does nothing."""


class ArmError(ValueError):
    """An arm that cannot work on such output."""

    def __init__(self, arm: str, reason: str) -> None:
        self.arm = arm
        super().__init__(f"the arm {arm} cannot work: {reason}")


class Shelf:
    """The fixtures whose artifacts are at hand just now."""

    def __init__(self) -> None:
        # It must not keep a bench alive: the artifacts of a run that is over are let go of.
        self._open: OrderedDict[str, ref[FixtureBench]] = OrderedDict()
        self._files = 0

    def used(self, bench: FixtureBench) -> None:
        """A bench is used; put away those that were not used for longest."""
        name = bench.fixture.id
        if name not in self._open:
            self._open[name] = ref(bench)
            self._files += bench.files
        self._open.move_to_end(name)
        for other in list(self._open)[:-1]:
            if self._files <= MOST_OPEN:
                return
            found = self._open[other]()
            if found is not None and found.put_away():
                del self._open[other]
                self._files -= found.files


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
        self._material: Material | None = None
        self._replayers: dict[str, Replayer] = {}
        self._busy = 0

    async def replay(self, arm: str, policy: ScriptedPolicy, *, probe: bool = True) -> Replayed:
        """Let a policy act in an arm, and probe segments if wanted.

        Raises PayloadError if a pin does not hold, and ValueError where the arm cannot work.
        """
        async with self._at_hand() as material:
            return await self._run(material, arm, policy, probe)

    @cached_property
    def validity(self) -> str:
        """The digest of everything that decides whether the fixture is valid."""
        graders = [{**use.identity, "required": use.required} for use in self._graders.values()]
        return digest([RECORD_FORMAT, self.fixture, graders, self._most_calls])

    @property
    def files(self) -> int:
        """How many files it has open while its artifacts are at hand."""
        return len(self.fixture.artifacts)

    def put_away(self) -> bool:
        """Let go of the artifacts, unless somebody works with them."""
        if self._busy or self._lock.locked():
            return False
        if self._material is not None:
            self._material.close()
        self._material, self._replayers = None, {}
        return True

    @asynccontextmanager
    async def _at_hand(self) -> AsyncIterator[Material]:
        """The artifacts, generated if they are not at hand, and not put away meanwhile."""
        async with self._lock:
            if self._material is None:
                folder = self._resolved.path.parent
                self._material = await asyncio.to_thread(make, self.fixture, folder, base_folder())
            self._shelf.used(self)
            self._busy += 1
        try:
            yield self._material
        finally:
            self._busy -= 1

    async def _run(self, material: Material, arm: str, policy: ScriptedPolicy, probe: bool) -> Replayed:
        async def done(work: Callable[[], Value]) -> Value:
            # Small output is searched sooner than a thread is asked.
            return work() if material.is_small else await asyncio.to_thread(work)

        replayer = await done(lambda: self._replayer(material, arm))
        replayed = await done(lambda: replayer.replay(policy))
        if not probe:
            return replayed
        left = replayer.probes(policy, replayed)
        probes: list[Probe] = []
        while (found := await done(lambda: next(left, None))) is not None:
            probes.append(found)
            await asyncio.sleep(0)  # There can be thousands: a signal must be heard between them.
        trace = msgspec.structs.replace(replayed.trace, probes=tuple(probes))
        return msgspec.structs.replace(replayed, trace=trace)

    def _replayer(self, material: Material, arm: str) -> Replayer:
        if arm not in self._replayers:
            try:
                self._replayers[arm] = Replayer(material, arm, self._most_calls)
            except ValueError as error:
                raise ArmError(arm, str(error)) from None
        return self._replayers[arm]

    async def broken(self) -> str | None:
        """Why the fixture says nothing, and where; None if it does say something."""
        checks = (self._past_the_end, self._passed_by_nothing, self._unnoticed_mutant, self._unsolvable)
        try:
            for check in checks:
                if (fault := await check()) is not None:
                    return self._told(*fault)
        except PayloadError as error:
            return self._told(("payloads", *error.path), str(error))
        except ArmError as error:
            return self._told(("arms", error.arm), str(error))
        return None

    def _told(self, path: DataPath, message: str) -> str:
        """What is wrong, and where; relative to the root, for it stands in reports."""
        problem = self._resolved.origin(path).problem(message)
        place = problem.path.relative_to(self._resolved.root).as_posix()
        return f"{place}:{problem.line}:{problem.column}: {message}"

    async def _past_the_end(self) -> Fault | None:
        checks = enumerate(self.fixture.checks)
        fetched = [
            (("checks", number, "fetched"), check.fetched) for number, check in checks if check.fetched
        ]
        async with self._at_hand() as material:
            for path, wanted in ((("expect", "evidence"), self.fixture.expect.evidence), *fetched):
                for name, lines in wanted.items():
                    most = material.source(name).content.lines
                    if max(lines) > most:
                        message = f"line {max(lines)} of {name} is wanted, which has {most} lines"
                        return (*path, name), message
        return None

    async def _passed_by_nothing(self) -> Fault | None:
        for arm in self.fixture.arms:
            if not self.fixture.smoke and not await self._failed(arm, "", NOTHING):
                return (
                    ("expect",),
                    f"an agent that does nothing passes it in the arm {arm}: mend it, or mark it smoke: true",
                )
        return None

    async def _unnoticed_mutant(self) -> Fault | None:
        for name, mutant in self.fixture.mutants.items():
            policy = self.fixture.policies[mutant.of]
            _, right = await self._tried(mutant.arm, mutant.of, policy)
            _, wrong = await self._tried(mutant.arm, mutant.of, mutated(policy, mutant))
            for grader in mutant.must_fail:
                if wrong[grader].status != "failed":
                    return ("mutants", name), f"the mutant {name} is not failed by {grader}"
                if right[grader].status == "failed":
                    message = f"the mutant {name} shows nothing: {grader} fails {mutant.of} itself, too"
                    return ("mutants", name), message
        return None

    async def _unsolvable(self) -> Fault | None:
        for arm in self.fixture.arms:
            for name, policy in self.fixture.policies.items():
                if not await self._failed(arm, name, policy):
                    return None
        return ("policies",), "no policy passes it in any arm"

    async def _failed(self, arm: str, name: str, policy: ScriptedPolicy) -> bool:
        """Whether a policy does not pass all required graders, or not within the limit of calls."""
        stopped, scores = await self._tried(arm, name, policy)
        required = [scores[grader].status for grader, use in self._graders.items() if use.required]
        return stopped or "failed" in required or "passed" not in required

    async def _tried(self, arm: str, name: str, policy: ScriptedPolicy) -> tuple[bool, dict[str, Score]]:
        """Whether the limit of calls ended it, and its scores by grader."""
        replayed = await self.replay(arm, policy, probe=False)
        graded = InContext(run=AgentRun(), fixture=self.fixture, arm=arm, policy=name, trace=replayed.trace)
        scores = {
            grader: await use.grader.grade(graded, use.options) for grader, use in self._graders.items()
        }
        return replayed.stopped, scores
