"""What an event says: one struct for each kind of event.

A value that was not measured, or that is not known when the event is written, is None (`null` in the log),
never 0. Durations are whole milliseconds, and None where the clock is logical. A number that is not finite
is written as `null`, for JSON has none.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from specrun.results.model import Outcome

Sha256 = Annotated[str, Meta(extra_json_schema={"pattern": "^[0-9a-f]{64}$"})]
"""Lower-case hex. The pattern stands in the schema only: matching it would double the time of a reader."""

Scalar = str | int | float | bool | None
StepType = Literal["reason", "act", "observe", "conclude", "plan", "debate"]
ExitKind = Literal["ok", "deterministic", "flake", "oom", "timeout", "user_error", "system_error"]
"""How a tool call ended: `deterministic` fails again when repeated, `flake` may not."""
FailureKind = Literal[
    "build",
    "import",
    "path",
    "flake",
    "semantic",
    "planning",
    "context",
    "tool",
    "infra",
    "budget",
    "unknown",
]
_Count = Annotated[int, Meta(ge=0)]
_Amount = Annotated[float, Meta(ge=0)]
_Share = Annotated[float, Meta(ge=0, le=1)]


class Payload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What every payload has: strictness. None holds a cycle, so the garbage collector need not look."""


class RetryPolicy(Payload, frozen=True, kw_only=True):
    """When something is tried again."""

    max_retries: Annotated[_Count | None, Meta(description="Tries after the first one.")] = None
    delay_ms: Annotated[_Count | None, Meta(description="The wait before the first retry.")] = None
    exponential: Annotated[bool | None, Meta(description="Whether each wait doubles.")] = None
    retry_on_flake: Annotated[bool | None, Meta(description="Whether flaky failures are retried.")] = None
    retry_on_timeout: Annotated[bool | None, Meta(description="Whether timeouts are retried.")] = None


class SandboxLimits(Payload, frozen=True, kw_only=True):
    """What the agent's workspace may use."""

    memory_bytes: Annotated[_Count | None, Meta(description="Memory.")] = None
    cpu_cores: Annotated[_Amount | None, Meta(description="Processors.")] = None
    disk_bytes: Annotated[_Count | None, Meta(description="Disk space.")] = None
    network: Annotated[bool | None, Meta(description="Whether the network can be reached.")] = None
    timeout_ms: Annotated[_Count | None, Meta(description="Wall time of one command.")] = None


class RunStart(Payload, frozen=True, kw_only=True):
    """A trial begins, under this configuration. Settings that an agent does not have are None."""

    max_iterations: Annotated[_Count | None, Meta(description="Most turns of the agent.")] = None
    temperature: Annotated[_Amount | None, Meta(description="The model's temperature.")] = None
    context_window: Annotated[_Count | None, Meta(description="Tokens that the model can see.")] = None
    pruning_threshold: Annotated[
        _Share | None, Meta(description="Share of the window at which context is pruned.")
    ] = None
    planner_depth: Annotated[_Count | None, Meta(description="Levels of planning.")] = None
    debate_rounds: Annotated[_Count | None, Meta(description="Rounds of debate between models.")] = None
    available_tools: Annotated[tuple[str, ...] | None, Meta(description="Tools that it may call.")] = None
    tool_timeout_ms: Annotated[_Count | None, Meta(description="Longest time of one tool call.")] = None
    retry_policy: Annotated[RetryPolicy | None, Meta(description="When a step is tried again.")] = None
    execution_timeout_ms: Annotated[_Count | None, Meta(description="Longest time of the trial.")] = None
    failing_tests_patience: Annotated[
        _Count | None, Meta(description="Test runs without a gain before it is stopped.")
    ] = None
    no_progress_timeout_ms: Annotated[
        _Count | None, Meta(description="Longest time without any progress.")
    ] = None
    docker_image: Annotated[str | None, Meta(description="The image, with its digest.")] = None
    tools_commit: Annotated[str | None, Meta(description="The revision of the tools.")] = None
    sandbox_limits: Annotated[SandboxLimits | None, Meta(description="What the workspace may use.")] = None


class RunStop(Payload, frozen=True, kw_only=True):
    """A trial ended. What only grading can tell is None: grading comes later and may be repeated."""

    outcome: Annotated[Outcome | None, Meta(description="How it ended, as far as it is known.")] = None
    success: Annotated[bool | None, Meta(description="Whether the work was done.")] = None
    wall_time_ms: Annotated[_Count | None, Meta(description="From start to stop.")] = None
    total_tokens: Annotated[_Count | None, Meta(description="As the provider reported them.")] = None
    tool_errors: Annotated[_Count | None, Meta(description="Tool calls that did not end ok.")] = None
    stability_variance: Annotated[
        _Amount | None, Meta(description="Variance of the score over repetitions.")
    ] = None
    final_score: Annotated[float | None, Meta(description="The trial's score.")] = None
    tests_passed: Annotated[_Count | None, Meta(description="Tests that passed.")] = None
    tests_failed: Annotated[_Count | None, Meta(description="Tests that failed.")] = None
    files_modified: Annotated[_Count | None, Meta(description="Files that the patch changes.")] = None
    early_stopped: Annotated[bool | None, Meta(description="Whether it was ended before its limits.")] = None
    early_stop_reason: Annotated[str | None, Meta(description="Why it was.")] = None


class Step(Payload, frozen=True, kw_only=True):
    """One step of the work. Long content belongs through `excerpt`."""

    step_type: Annotated[StepType, Meta(description="What kind of step.")]
    name: Annotated[str, Meta(description="Which step: `setup`, `detect`, ...")]
    content: Annotated[str | None, Meta(description="What was said or done.")] = None
    tokens_in: Annotated[_Count | None, Meta(description="Tokens read by the model.")] = None
    tokens_out: Annotated[_Count | None, Meta(description="Tokens written by the model.")] = None
    planned_step: Annotated[str | None, Meta(description="The step of a plan that this carries out.")] = None
    context_kb: Annotated[_Amount | None, Meta(description="Size of the context, in 1000 bytes.")] = None
    ending: Annotated[str | None, Meta(description="How its command ended: `exited`, `wall_limit`, ...")] = (
        None
    )
    exit_code: Annotated[int | None, Meta(description="Exit code of its command.")] = None


class EvidenceFootprint(Payload, frozen=True, kw_only=True):
    """What a tool call did to the workspace, as the workspace shows it and not as the agent tells it."""

    files_read: Annotated[_Count | None, Meta(description="Files read.")] = None
    files_modified: Annotated[_Count | None, Meta(description="Files changed.")] = None
    lines_changed: Annotated[_Count | None, Meta(description="Lines added and deleted.")] = None
    tests_added: Annotated[_Count | None, Meta(description="Tests added.")] = None
    tests_modified: Annotated[_Count | None, Meta(description="Tests changed.")] = None
    bytes_read: Annotated[_Count | None, Meta(description="Bytes read.")] = None
    bytes_written: Annotated[_Count | None, Meta(description="Bytes written.")] = None


class ToolCall(Payload, frozen=True, kw_only=True):
    """One call of a tool. Its arguments are not kept, only their SHA-256 as canonical JSON."""

    tool: Annotated[str, Meta(description="The tool's name.")]
    tool_args_hash: Annotated[Sha256 | None, Meta(description="SHA-256 of its arguments.")] = None
    latency_ms: Annotated[_Count | None, Meta(description="How long it took.")] = None
    retries: Annotated[_Count | None, Meta(description="Tries after the first one.")] = None
    exit_kind: Annotated[ExitKind | None, Meta(description="How it ended.")] = None
    evidence_footprint: Annotated[
        EvidenceFootprint | None, Meta(description="What it did to the workspace.")
    ] = None


class ContextDecision(Payload, frozen=True, kw_only=True):
    """A segment of the context was kept or pruned."""

    segment_id: Annotated[str, Meta(description="Which segment.")]
    kept: Annotated[bool, Meta(description="Whether it was kept.")]
    segment_kb: Annotated[_Amount | None, Meta(description="Its size, in 1000 bytes.")] = None
    segment_type: Annotated[str | None, Meta(description="What it holds.")] = None
    impact_probe_ev: Annotated[
        float | None, Meta(description="Expected change of the score if it is left out.")
    ] = None
    pruning_algorithm: Annotated[str | None, Meta(description="What decided.")] = None
    confidence_score: Annotated[_Share | None, Meta(description="How sure it was, 0 to 1.")] = None


class Failure(Payload, frozen=True, kw_only=True):
    """Something went wrong, and this is its root."""

    root: Annotated[FailureKind, Meta(description="Where it comes from.")]
    recovery_attempts: Annotated[_Count | None, Meta(description="Tries to recover.")] = None
    final_error_state: Annotated[str | None, Meta(description="The error that remained.")] = None
    factors: Annotated[tuple[str, ...], Meta(description="What added to it.")] = ()
    suggestions: Annotated[tuple[str, ...], Meta(description="What may help.")] = ()


class OptimizerUpdate(Payload, frozen=True, kw_only=True):
    """An optimizer proposes a configuration."""

    suggested_config: Annotated[dict[str, Scalar], Meta(description="The settings it proposes.")]
    confidence: Annotated[_Share | None, Meta(description="How sure it is, 0 to 1.")] = None
    expected_improvement: Annotated[float | None, Meta(description="Expected gain of the score.")] = None
    exploration_vs_exploitation: Annotated[
        _Share | None, Meta(description="0 uses what is known to be good, 1 tries what is not known.")
    ] = None
    reasoning: Annotated[str | None, Meta(description="Why.")] = None
