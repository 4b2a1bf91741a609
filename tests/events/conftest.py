from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from specrun.events.clock import LogicalClock
from specrun.events.ids import derive_id, step_ids, trial_id
from specrun.events.log import TrialLog
from specrun.events.model import AnyPayload, Subject
from specrun.events.payloads import (
    ContextDecision,
    EvidenceFootprint,
    Failure,
    OptimizerUpdate,
    RetryPolicy,
    RunStart,
    RunStop,
    SandboxLimits,
    Step,
    ToolCall,
)
from specrun.events.sinks import jsonl_sink

KEY = "7c" * 32

TRIAL: tuple[AnyPayload, ...] = (
    RunStart(
        execution_timeout_ms=600_000,
        retry_policy=RetryPolicy(max_retries=2, exponential=True),
        sandbox_limits=SandboxLimits(memory_bytes=512 * 1024**2, cpu_cores=1.5, network=False),
    ),
    Step(step_type="plan", name="detect", content="Höre auf pytest → go", tokens_in=12, tokens_out=3),
    ToolCall(
        tool="bash",
        tool_args_hash="ab" * 32,
        retries=0,
        exit_kind="ok",
        evidence_footprint=EvidenceFootprint(files_read=1, lines_changed=0),
    ),
    ContextDecision(segment_id="readme", kept=False, segment_kb=1.25, confidence_score=0.5),
    Step(step_type="act", name="setup", ending="exited", exit_code=1),
    Failure(root="import", recovery_attempts=1, factors=("no network",)),
    OptimizerUpdate(suggested_config={"temperature": 0.2, "planner": None, "debate": True}, confidence=1.0),
    RunStop(outcome="agent_error", success=False, total_tokens=15, tool_errors=0),
)
"""A trial with every kind of event."""


@pytest.fixture
def trial() -> tuple[AnyPayload, ...]:
    return TRIAL


@pytest.fixture
def subject() -> Subject:
    return Subject(
        run_id=derive_id("a run", 0),
        task_id="calculator",
        trial_id=trial_id(KEY),
        policy_id="heuristic",
        cfg_hash="12" * 32,
        env_hash="34" * 32,
        seed=42,
    )


@pytest.fixture
def write_trial(subject: Subject) -> Callable[..., Path]:
    """Write the log of a trial to a file; each step has an id of its own."""

    def write(path: Path, payloads: Sequence[AnyPayload] = TRIAL, of: Subject = subject) -> Path:
        sink = jsonl_sink(path)
        log = TrialLog(of, LogicalClock(), sink)
        ids = step_ids(KEY)
        for payload in payloads:
            log.append(payload, next(ids) if isinstance(payload, Step) else None)
        sink.close()
        return path

    return write
