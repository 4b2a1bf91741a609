"""The run loop: preflight, trials, results. Everything that is finished stays finished."""

from __future__ import annotations

import asyncio
import time
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from specrun.engine.context import Context
from specrun.engine.grade import grade
from specrun.engine.manifest import Manifest, TrialEntry, run_id, save
from specrun.engine.outcome import decide
from specrun.engine.prepare import Prepared
from specrun.engine.produce import produce
from specrun.engine.proofs import Proofs
from specrun.engine.store import encode
from specrun.results.model import Outcome, Score, StageUsage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from specrun.agents.record import Record
    from specrun.engine.progress import Progress
    from specrun.engine.settings import Settings
    from specrun.engine.store import Store
    from specrun.plan.trial import PlannedTrial


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that has come to its end."""

    outcome: Outcome
    reason: str | None = None
    scores: tuple[Score, ...] = ()
    usage: tuple[StageUsage, ...] = ()
    reused: bool = False
    seconds: dict[str, float] = {}


class Run:
    """One execution of one benchmark."""

    def __init__(self, prepared: Prepared, store: Store, settings: Settings, progress: Progress) -> None:
        self.prepared = prepared
        self.id = run_id(prepared.digest, [trial.name for trial in prepared.trials])
        self._store = store
        self._settings = settings
        self._progress = progress
        self._context = Context(
            run_id=self.id,
            prepared=prepared,
            settings=settings,
            store=store,
            proofs=Proofs(prepared.kind, prepared.resolved),
            required=frozenset(use.grader.name for use in prepared.graders if use.required),
        )
        self._same_scores: dict[bytes, tuple[Score, ...]] = {}
        """By digest: repetitions often score the same, and scores are most of what a run keeps in memory."""
        self._preflight: dict[str, Finished] = {}
        """By key: how nop and the oracle did on each case."""
        self.finished: dict[str, Finished] = {}
        """By trial name, in the order in which they ended."""

    async def all(self) -> None:
        """Run every trial. When this is cancelled, what is in flight is stopped and the rest is kept."""
        trials = self.prepared.trials
        self._progress.begin(len(trials))
        try:
            await self._each(self._probes(), self._probe)
            await self._each(trials, self._finish)
        finally:
            self._save()

    async def _each(
        self, trials: Iterable[PlannedTrial], do: Callable[[PlannedTrial], Awaitable[None]]
    ) -> None:
        """Do something with every trial, for as many at a time as there are jobs."""
        left = iter(trials)

        async def work() -> None:
            for trial in left:
                await do(trial)
                await asyncio.sleep(0)  # A signal is heard here also when no trial waits for anything.

        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.jobs):
                group.create_task(work())

    def _probes(self) -> list[PlannedTrial]:
        """Preflight: nop and the oracle on every case that has trials and can be had here."""
        cases = dict.fromkeys(trial.case for trial in self.prepared.trials)
        return [
            probe
            for case in cases
            if self.prepared.cases[case].unavailable is None
            for probe in self.prepared.preflight[case]
        ]

    async def _probe(self, trial: PlannedTrial) -> None:
        self._preflight[trial.key] = await self._work(trial)
        self._progress.idle(trial.name)

    async def _finish(self, trial: PlannedTrial) -> None:
        case = self.prepared.cases[trial.case]
        if case.unavailable is not None:
            finished = Finished(outcome="unavailable", reason=case.unavailable)
        elif (unsure := self._preflight_failure(trial.case)) is not None:
            finished = Finished(outcome="infra_error", reason=unsure)
        elif (broken := self._case_broken(trial.case)) is not None:
            finished = Finished(outcome="invalid_case", reason=broken)
        else:
            finished = self._preflight.get(trial.key) or await self._work(trial)
        self.finished[trial.name] = finished
        self._progress.finish(trial.name, finished.outcome, reused=finished.reused)

    def _preflight_failure(self, case: str) -> str | None:
        """Why it is not known whether a case is valid: the machine failed."""
        probes = (self._preflight[probe.key] for probe in self.prepared.preflight[case])
        failed = [probe.reason for probe in probes if probe.outcome == "infra_error"]
        return f"preflight: {failed[0]}" if failed else None

    def _case_broken(self, case: str) -> str | None:
        """Why nothing of a case counts: nop must fail and the oracle must pass."""
        nothing, known = (self._preflight[probe.key] for probe in self.prepared.preflight[case])
        if nothing.outcome == "passed":
            return "an agent that does nothing passes it"
        if known.outcome != "passed":
            return f"the known answer does not pass it: {known.reason}"
        return None

    async def _work(self, trial: PlannedTrial) -> Finished:
        began = time.perf_counter()
        try:
            record, stored = await self._produce(trial)
            produced = time.perf_counter()
            self._progress.state(trial.name, "grading")
            before = self._store.scores(trial.key) if stored else {}
            scores, known = await grade(trial, record, before, self._context)
        except Exception as error:
            # One trial that cannot be run must not take the others with it; it is reported as what it is.
            return Finished(outcome="infra_error", reason=f"{type(error).__name__}: {error}")
        outcome, reason = decide(record.run, scores, self._context.required)
        return Finished(
            outcome=outcome,
            reason=reason,
            scores=self._same_scores.setdefault(sha256(encode(scores)).digest(), scores),
            usage=record.run.usage,
            reused=stored and known,
            seconds={"agent": produced - began, "grade": time.perf_counter() - produced},
        )

    async def _produce(self, trial: PlannedTrial) -> tuple[Record, bool]:
        if not self._settings.fresh and (record := self._store.load(trial.key)) is not None:
            return record, True
        self._progress.state(trial.name, "working")
        return await produce(trial, self._context), False

    def _save(self) -> None:
        """Write the manifest of what is finished, in plan order."""
        entries = tuple(
            TrialEntry(
                name=trial.name,
                key=trial.key,
                outcome=self.finished[trial.name].outcome,
                reason=self.finished[trial.name].reason,
                reused=self.finished[trial.name].reused,
            )
            for trial in self.prepared.trials
            if trial.name in self.finished
        )
        prepared = self.prepared
        manifest = Manifest(
            run_id=self.id,
            benchmark=prepared.resolved.model.id,
            kind=prepared.resolved.model.kind,
            spec=prepared.spec,
            digest=prepared.digest,
            overrides=prepared.overrides,
            offline=self._settings.offline,
            trials=entries,
        )
        save(self._settings.state, manifest, {name: done.seconds for name, done in self.finished.items()})
