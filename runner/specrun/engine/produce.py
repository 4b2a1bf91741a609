"""Produce: run the agent on its case and store what it did. It never grades."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from specrun.agents.record import AgentRun, Record
from specrun.engine.journal import open_journal
from specrun.engine.retry import with_retries
from specrun.engine.store import write_logs
from specrun.events.payloads import Failure, FailureKind, RunStop

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, OpenLine
    from specrun.benchmarks.base import Place
    from specrun.engine.context import Context
    from specrun.engine.observed import Journal
    from specrun.plan.trial import PlannedTrial


async def produce(trial: PlannedTrial, context: Context) -> Record:
    """Run one trial and store its record.

    Raises OSError if the machine fails three times, MissError for what was not recorded, and RunBudgetError.

    The log is written as the work happens, into a folder that is renamed when the record is complete. A
    trial that fails for good leaves that folder as `failed/<key>` for people to look at.
    """
    store, case = context.store, context.prepared.cases[trial.case]
    agent = context.prepared.agents[trial.agent]
    folder = store.begin()
    journal = open_journal(
        trial, context.run_id, folder / "events.jsonl", "act", offline=context.settings.offline
    )
    try:
        journal.log.append(case.place.start)
        open_line = await context.lines.of(trial, journal) if context.lines else None
        run = await _attempts(agent, case.place, journal, open_line)
        journal.log.append(_stop(run))
        journal.close()
        record = Record(
            key=trial.key,
            trial=trial.name,
            seed=trial.seed,
            components=trial.components,
            events=journal.log.head,
            run=run,
        )
        store.save(folder, record, replace=context.settings.fresh)
    except Exception as error:
        journal.log.append(Failure(root="infra", final_error_state=str(error)))
        journal.log.append(RunStop(outcome="infra_error"))
        journal.close()
        write_logs(folder / "logs", journal.steps)
        store.keep_failed(folder, trial.key)
        raise
    except BaseException:  # It was stopped: what there is of it is no record.
        journal.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return record


async def _attempts(agent: AgentSpec, place: Place, journal: Journal, open_line: OpenLine | None) -> AgentRun:
    def failed(attempt: int, error: OSError) -> None:
        journal.log.append(Failure(root="infra", recovery_attempts=attempt - 1, final_error_state=str(error)))

    run = await with_retries(lambda: place.work(agent, journal, open_line), failed)
    if run.status != "done":
        root: FailureKind = "budget" if run.status == "budget_exceeded" else "unknown"
        journal.log.append(Failure(root=root, final_error_state=run.reason))
    return run


def _stop(run: AgentRun) -> RunStop:
    tokens = [
        usage.input_tokens + usage.output_tokens
        for usage in run.usage
        if usage.input_tokens is not None and usage.output_tokens is not None
    ]
    return RunStop(
        outcome=None if run.status == "done" else run.status,
        total_tokens=sum(tokens) if tokens else None,
        files_modified=len(run.patch.files),
        early_stopped=run.status == "budget_exceeded",
        early_stop_reason=run.reason if run.status == "budget_exceeded" else None,
    )
