"""The run loop: preflight, trials, results. Everything that is finished stays finished."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import msgspec

from specrun.agents.halts import MissError, RunBudgetError
from specrun.agents.telling import shortened
from specrun.benchmarks.base import Verdict
from specrun.engine.cassettes import is_missing
from specrun.engine.context import Context
from specrun.engine.grade import grade
from specrun.engine.manifest import Manifest, TrialEntry, run_id, save
from specrun.engine.outcome import decide
from specrun.engine.prepare import Prepared
from specrun.engine.produce import produce
from specrun.engine.store import encode
from specrun.results.model import Outcome, Score, StageUsage, TokenClaim, Turn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

    from specrun.agents.record import Record
    from specrun.engine.progress import Progress
    from specrun.engine.settings import Settings
    from specrun.engine.store import Store
    from specrun.plan.trial import PlannedTrial

Item = TypeVar("Item")
CASES_AT_A_TIME = 64


class _UnknownError(Exception):
    """The machine failed, so it is not known whether a case is valid."""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that has come to its end."""

    outcome: Outcome
    reason: str | None = None
    scores: tuple[Score, ...] = ()
    usage: tuple[StageUsage, ...] = ()
    claim: TokenClaim | None = None
    turns: tuple[Turn, ...] = ()
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
            lines=None,
            required=frozenset(use.grader.name for use in prepared.graders if use.required),
        )
        self._stored = frozenset(store.stored_keys())
        """Looked up once. What another run adds meanwhile is found when a record is saved."""
        self._same_scores: dict[bytes, tuple[Score, ...]] = {}
        """By digest: repetitions often score the same, and scores are most of what a run keeps in memory."""
        self._probed: dict[str, Finished] = {}
        """By key: what preflight has run."""
        self._invalid: dict[str, Finished] = {}
        """By case: why its trials are not run."""
        self.faulty = False
        """Whether a definition is broken, as it was found without running any agent."""
        self.finished: dict[str, Finished] = {}
        """By trial name, in the order in which they ended."""

    async def all(self) -> None:
        """Run every trial. When this is cancelled, what is in flight is stopped and the rest is kept."""
        cases = {trial.case for trial in self.prepared.trials}
        checked = sum(self.prepared.cases[case].unavailable is None for case in cases)
        self._progress.begin(len(self.prepared.trials), checked)
        try:
            async with self._lines():
                for trials in self._parts():
                    names = dict.fromkeys(trial.case for trial in trials)
                    possible = [case for case in names if self.prepared.cases[case].unavailable is None]
                    await self._each(possible, self._preflight)
                    await self._each(trials, self._finish)
        finally:
            self._save()

    @asynccontextmanager
    async def _lines(self) -> AsyncIterator[None]:
        """Open the gateway, if any agent talks to a model."""
        if self.prepared.prices is None:
            yield
            return
        from specrun.engine.lines import open_lines  # slow to import

        async with open_lines(self.prepared, self._settings) as lines:
            self._context = msgspec.structs.replace(self._context, lines=lines)
            yield

    def _parts(self) -> Iterator[list[PlannedTrial]]:
        """The trials of some cases at a time, so that what a case needs is used while it is at hand."""
        by_case: dict[str, list[PlannedTrial]] = {case: [] for case in self.prepared.cases}
        for trial in self.prepared.trials:
            by_case[trial.case].append(trial)
        groups = [trials for trials in by_case.values() if trials]
        for first in range(0, len(groups), CASES_AT_A_TIME):
            yield [trial for group in groups[first : first + CASES_AT_A_TIME] for trial in group]

    async def _each(self, items: Iterable[Item], do: Callable[[Item], Awaitable[None]]) -> None:
        """Do something with every item, for as many at a time as there are jobs."""
        left = iter(items)

        async def work() -> None:
            for item in left:
                await do(item)
                await asyncio.sleep(0)  # A signal is heard here also when no trial waits for anything.

        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.jobs):
                group.create_task(work())

    async def _preflight(self, case: str) -> None:
        """Find out whether a case is valid."""

        async def probe(agent: str) -> Verdict:
            trial = self.prepared.trial(agent, case, 1)
            finished = self._probed[trial.key] = await self._work(trial)
            self._progress.idle(trial.name)
            if finished.outcome == "infra_error":
                raise _UnknownError(finished.reason)
            return Verdict(outcome=finished.outcome, reason=finished.reason)

        try:
            reason = await self._broken(case, probe)
        except Exception as error:
            cause = str(error) if isinstance(error, _UnknownError) else f"{type(error).__name__}: {error}"
            self._invalid[case] = Finished(outcome="infra_error", reason=f"preflight: {cause}")
        else:
            if reason is not None:
                self._invalid[case] = Finished(outcome="invalid_case", reason=reason)
        self._progress.checked(case)

    async def _broken(self, case: str, probe: Callable[[str], Awaitable[Verdict]]) -> str | None:
        """Why a case is broken, as it was found before if nothing of it has changed."""
        place = self.prepared.cases[case].place
        if place.validity is None:
            return await place.broken(probe)
        if not self._settings.fresh and self._store.is_valid(place.validity):
            return None
        reason = await place.broken(probe)
        if reason is None:
            self._store.save_valid(place.validity)
        else:
            self.faulty = True
        return reason

    async def _finish(self, trial: PlannedTrial) -> None:
        unavailable = self.prepared.unavailable(trial)
        if unavailable is not None:
            finished = Finished(outcome="unavailable", reason=unavailable)
        elif trial.case in self._invalid:
            finished = self._invalid[trial.case]
        else:
            finished = self._probed.get(trial.key) or await self._work(trial)
        self.finished[trial.name] = finished
        self._progress.finish(trial.name, finished.outcome, reused=finished.reused)

    async def _work(self, trial: PlannedTrial) -> Finished:
        began = time.perf_counter()
        try:
            record, stored = await self._produce(trial)
            produced = time.perf_counter()
            self._progress.state(trial.name, "grading")
            before = self._store.scores(trial.key) if stored else {}
            scores, known = await grade(trial, record, before, self._context)
        except RunBudgetError as error:
            return Finished(outcome="budget_exceeded", reason=str(error))
        except MissError as error:
            first, *rest = str(error).splitlines()
            for line in rest:
                self._progress.note(f"{trial.name}: {line}")
            return Finished(outcome="infra_error", reason=first)
        except Exception as error:
            # One trial that cannot be run must not take the others with it; it is reported as what it is.
            return Finished(outcome="infra_error", reason=f"{type(error).__name__}: {error}")
        if record.run.drifted:
            what = f"{record.run.drifted} of its requests differ from those that were recorded"
            self._progress.note(f"{trial.name}: {what} (specrun trial {trial.name} shows how)")
        outcome, reason = decide(record.run, scores, self._context.required)
        return Finished(
            outcome=outcome,
            reason=reason,
            scores=self._same_scores.setdefault(sha256(encode(scores)).digest(), scores),
            usage=record.run.usage,
            claim=record.run.claim,
            turns=shortened(record.run.trajectory) if record.run.trajectory else (),
            reused=stored and known,
            seconds={
                phase: seconds
                for phase, seconds, measured in (
                    ("agent", produced - began, not stored),
                    ("grade", time.perf_counter() - produced, not known),
                )
                if measured
            },
        )

    async def _produce(self, trial: PlannedTrial) -> tuple[Record, bool]:
        stored = trial.key in self._stored and not self._settings.fresh and not self._lacks_cassette(trial)
        if stored and (record := self._store.load(trial.key)) is not None:
            return record, True
        self._progress.state(trial.name, "working")
        return await produce(trial, self._context), False

    def _lacks_cassette(self, trial: PlannedTrial) -> bool:
        folder = self.prepared.cassette(trial.agent, trial.case, trial.repetition)
        return folder is not None and is_missing(folder, self._settings.cassettes)

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
