"""What the known answers show of each case's canaries: found out once in a run, and only if a grader asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from specrun.agents.record import AgentRun
from specrun.graders.canaries import prove

if TYPE_CHECKING:
    from specrun.benchmarks.base import BenchmarkKind
    from specrun.engine.prepare import PreparedCase
    from specrun.graders.proof import Proof, Prove
    from specrun.spec.library import Resolved


class Proofs:
    """The proofs of one run's cases."""

    def __init__(self, kind: BenchmarkKind, resolved: Resolved) -> None:
        self._kind = kind
        self._resolved = resolved
        self._locks: dict[tuple[str, int], asyncio.Lock] = {}
        self._made: dict[tuple[str, int], Proof] = {}

    def of(self, place: PreparedCase) -> Prove:
        """What gives the proof of one case, which must have a site."""

        async def get(count: int) -> Proof:
            name = (place.case.id, count)
            async with self._locks.setdefault(name, asyncio.Lock()):
                if name not in self._made:
                    run = AgentRun(answer=place.task.known_answer)
                    assert place.site is not None
                    known = self._kind.graded(self._resolved, place.case, run, place.site, get)
                    self._made[name] = await prove(known, count)
            return self._made[name]

        return get
