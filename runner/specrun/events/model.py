"""The benchmark event protocol, version 1: one JSON object on one line for each event of a trial.

A trial's log starts with `run_start` and ends with `run_stop`; `seq` counts its events from 0 without gaps.
Events are chained by `prev`, and the last one is sealed: `chain` says over which bytes.

A line is the JSON of its struct: fields in declared order, keys of maps sorted, UTF-8, no spaces.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta

from specrun.events.payloads import (
    ContextDecision,
    Failure,
    OptimizerUpdate,
    RunStart,
    RunStop,
    Sha256,
    Step,
    ToolCall,
)

Schema = Literal["specrun/event/v1"]
SCHEMA: Schema = "specrun/event/v1"
LINE_LIMIT = 4 * 1024 * 1024
"""Longest line of a log, in bytes, with its LF. Longer ones are neither written nor read."""

Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]


class Subject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What all events of one trial have in common."""

    schema: Annotated[Schema, Meta(description="The version of this protocol.")] = SCHEMA
    run_id: Annotated[Uuid, Meta(description="The run that did this trial.")]
    task_id: Annotated[str, Meta(description="The case.")]
    trial_id: Annotated[Uuid, Meta(description="The trial: its case, agent and repetition.")]
    policy_id: Annotated[str, Meta(description="The agent, with its model and settings.")]
    cfg_hash: Annotated[Sha256, Meta(description="SHA-256 of the agent's resolved configuration.")]
    env_hash: Annotated[Sha256, Meta(description="SHA-256 of the environment it worked in, with its limits.")]
    seed: Annotated[int, Meta(description="The trial's seed.")]


class Envelope(Subject, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="event_type"):
    """What every event has. Its `event_type` says what its `data` is."""

    schema: Annotated[Schema, Meta(description="The version of this protocol.")]
    seq: Annotated[int, Meta(ge=0, description="The event's place in its trial, from 0.")]
    step_id: Annotated[Uuid | None, Meta(description="The step that it belongs to.")]
    ts: Annotated[str, Meta(description="When, in RFC 3339, UTC.", extra_json_schema={"format": "date-time"})]
    prev: Annotated[Sha256, Meta(description="SHA-256 of the line before, without its LF.")]

    @property
    def event_type(self) -> str:
        """What kind of event this is, as in the log."""
        return str(self.__struct_config__.tag)


class RunStartEvent(Envelope, frozen=True, kw_only=True, tag="run_start"):
    """The first event of a trial."""

    data: RunStart


class StepEvent(Envelope, frozen=True, kw_only=True, tag="step"):
    """One step of the work."""

    data: Step


class ToolCallEvent(Envelope, frozen=True, kw_only=True, tag="tool_call"):
    """One call of a tool."""

    data: ToolCall


class ContextDecisionEvent(Envelope, frozen=True, kw_only=True, tag="context_decision"):
    """A decision about a segment of the context."""

    data: ContextDecision


class FailureEvent(Envelope, frozen=True, kw_only=True, tag="failure"):
    """Something went wrong."""

    data: Failure


class OptimizerUpdateEvent(Envelope, frozen=True, kw_only=True, tag="optimizer_update"):
    """An optimizer's proposal."""

    data: OptimizerUpdate


class RunStopEvent(Envelope, frozen=True, kw_only=True, tag="run_stop"):
    """The last event of a trial."""

    data: RunStop
    seal: Annotated[Sha256, Meta(description='SHA-256 of the bytes of this line before `,"seal"`.')]


AnyPayload = RunStart | Step | ToolCall | ContextDecision | Failure | OptimizerUpdate | RunStop
Event = (
    RunStartEvent
    | StepEvent
    | ToolCallEvent
    | ContextDecisionEvent
    | FailureEvent
    | OptimizerUpdateEvent
    | RunStopEvent
)

EVENT_TYPES: dict[type[AnyPayload], str] = {
    get_type_hints(event)["data"]: str(event.__struct_config__.tag) for event in get_args(Event)
}
"""The payloads, to the `event_type` of their events."""
