"""Opening the log of one trial: who it is about, which clock it has, and where it goes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from specrun.engine.observed import Journal
from specrun.events.clock import LogicalClock, WallClock
from specrun.events.ids import step_ids, trial_id
from specrun.events.log import TrialLog
from specrun.events.model import Subject
from specrun.events.payloads import StepType
from specrun.events.sinks import jsonl_sink
from specrun.spec.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.plan.trial import PlannedTrial

NOT_ENVIRONMENT = frozenset({"format", "agent", "known answer", "answers", "seed"})
"""The components of a key that are not what the agent works in."""


def open_journal(trial: PlannedTrial, run: str, file: Path, step_type: StepType, *, offline: bool) -> Journal:
    """A new log in `file`, with logical time when offline."""
    key = trial.key
    subject = Subject(
        run_id=run,
        task_id=trial.case,
        trial_id=trial_id(key),
        policy_id=trial.agent,
        cfg_hash=trial.components["agent"],
        env_hash=_digest(*(part for name, part in trial.components.items() if name not in NOT_ENVIRONMENT)),
        seed=trial.seed,
    )
    clock = LogicalClock() if offline else WallClock()
    sink = jsonl_sink(file)
    return Journal(TrialLog(subject, clock, sink), sink, step_ids(key), step_type)


@lru_cache
def _digest(*parts: str) -> str:
    """All trials of a case work in the same environment."""
    return digest(parts)
