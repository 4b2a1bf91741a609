"""What is kept of what an agent did: the record, without anything that a second run would not repeat."""

from __future__ import annotations

from typing import Literal

import msgspec

from specrun.agents.trajectory import Trajectory
from specrun.context.trace import Trace
from specrun.results.model import StageUsage, TokenClaim
from specrun.workspaces.base import Enforced, Patch, Step

AgentStatus = Literal["done", "agent_error", "agent_timeout", "budget_exceeded"]
"""How the agent ended: `done`, by an exit code that is not in `exit_ok`, by a limit, or by its budget."""

CacheState = Literal["cold", "warm"]


class AgentRun(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent did. `answer` is the answer file as it was left; None if there is no readable one."""

    status: AgentStatus = "done"
    reason: str | None = None
    steps: tuple[Step, ...] = ()
    patch: Patch = Patch()
    answer: bytes | None = None
    usage: tuple[StageUsage, ...] = ()
    claim: TokenClaim | None = None
    """What the agent says that it has used; None if it says nothing that can be read."""
    trajectory: Trajectory | None = None
    """None where the agent has no model."""
    drifted: int = 0
    """How many of its requests were replayed although they differ from the recorded ones; events say how."""
    enforced: Enforced | None = None
    """None where nothing of the agent ran in a workspace."""
    caches: dict[str, CacheState] = {}
    context: Trace | None = None
    """What a policy did with its context; None unless that is what the benchmark is about."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A trial's record: what decided it (`components`), and what the agent did."""

    key: str
    trial: str
    seed: int
    components: dict[str, str]
    events: str
    """SHA-256 of the last line of `events.jsonl`: it binds the log to the record."""
    answer: str | None = None
    """SHA-256 of the answer file, which is stored beside the record."""
    patch: str | None = None
    """SHA-256 of the patch's diff, which is stored beside the record."""
    trajectory: str | None = None
    """SHA-256 of the trajectory, which is stored beside the record."""
    run: AgentRun
