"""Grade: read a record and give scores. It never runs the agent, so a changed grader costs no tokens."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec

from specrun.engine.journal import open_journal
from specrun.engine.observed import Journal, observe
from specrun.engine.outcome import decide
from specrun.engine.retry import with_retries
from specrun.engine.store import write_logs
from specrun.events.payloads import RunStart, RunStop
from specrun.results.model import Score
from specrun.workspaces.sources import SourceError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from specrun.agents.record import Record
    from specrun.benchmarks.base import UsedGrader
    from specrun.engine.context import Context
    from specrun.events.model import AnyPayload
    from specrun.graders.base import Graded
    from specrun.plan.trial import PlannedTrial
    from specrun.workspaces.base import Step, Workspace


class GradingLog:
    """The log of a grading, begun when its first workspace is opened. It is the `Watch` of a benchmark."""

    def __init__(self, trial: PlannedTrial, context: Context) -> None:
        self._trial = trial
        self._context = context
        self._folder: Path | None = None
        self._journal: Journal | None = None

    @property
    def used(self) -> bool:
        """Whether anything was written."""
        return self._folder is not None

    def event(self, payload: AnyPayload) -> None:
        """Write something that happened."""
        self._begin().event(payload)

    def opened(
        self, name: str, workspace: AbstractAsyncContextManager[Workspace]
    ) -> AbstractAsyncContextManager[Workspace]:
        """The same workspace; its steps are written as `<name>.<step>`."""
        journal = self._begin()

        def ended(step: Step) -> None:
            journal.step(msgspec.structs.replace(step, name=f"{name}.{step.name}"))

        return observe(workspace, ended)

    def _begin(self) -> Journal:
        if self._journal is None:
            self._folder = self._context.store.begin()
            self._journal = open_journal(
                self._trial,
                self._context.run_id,
                self._folder / "events.jsonl",
                "observe",
                offline=self._context.settings.offline,
            )
            self._journal.log.append(RunStart())
        return self._journal

    def finish(self, stop: RunStop) -> None:
        """End the log, if it was begun, and put it beside the record."""
        if self._journal is None or self._folder is None:
            return
        self._journal.log.append(stop)
        self._journal.close()
        write_logs(self._folder / "logs", self._journal.steps)
        store = self._context.store
        try:
            store.place(self._folder, store.folder(self._trial.key) / "grade")
        except FileNotFoundError:  # Another run is just replacing the record, and grades its own.
            shutil.rmtree(self._folder, ignore_errors=True)
        self._journal = None

    def discard(self) -> None:
        """Let go of a grading that did not come to its end."""
        if self._journal is not None and self._folder is not None:
            self._journal.close()
            shutil.rmtree(self._folder, ignore_errors=True)


async def grade(
    trial: PlannedTrial, record: Record, scores: dict[str, Score], context: Context
) -> tuple[tuple[Score, ...], bool]:
    """The scores in the order of the graders, and whether all are among the stored `scores`."""
    prepared, case = context.prepared, context.prepared.cases[trial.case]
    digests = case.score_digests
    if all(known in scores for known in digests):
        return tuple(scores[known] for known in digests), True
    log = GradingLog(trial, context)
    graded = case.place.graded(record.run, log)
    try:
        for use, known in zip(prepared.graders, digests, strict=True):
            if known not in scores:
                scores[known] = await _grade_one(use, graded)
        mine = tuple(scores[known] for known in digests)
        outcome, _ = decide(record.run, mine, context.required)
        log.finish(RunStop(outcome=outcome, success=outcome == "passed"))
    finally:
        log.discard()
    good = {known: score for known, score in scores.items() if score.status != "error"}
    context.store.save_scores(trial.key, good, durable=log.used)
    return mine, False


async def _grade_one(use: UsedGrader, graded: Graded) -> Score:
    """One score. Whatever goes wrong in a grader is its own error, and says nothing about the agent."""
    try:
        return await with_retries(lambda: use.grader.grade(graded, use.options), lambda *_: None)
    except SourceError as error:
        return Score(grader=use.grader.name, status="error", evidence=(str(error),))
    except Exception as error:
        # Not the text of the error: it may name this machine's folders, and scores are published.
        reason = error.strerror if isinstance(error, OSError) else None
        told = ": ".join(filter(None, (type(error).__name__, reason)))
        return Score(grader=use.grader.name, status="error", evidence=(told,))
