"""What is taken from a workspace when the agent is done with it, or specrun with the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.agents.base import ANSWER_LIMIT
from specrun.agents.record import AgentRun, AgentStatus, CacheState
from specrun.results.model import StageUsage
from specrun.workspaces.base import Patch

if TYPE_CHECKING:
    from specrun.agents.base import Task
    from specrun.workspaces.base import Step, Workspace

LIMIT_ENDINGS = frozenset({"wall_limit", "idle_limit", "cpu_limit"})


def status_of(step: Step, exit_ok: tuple[int, ...]) -> AgentStatus:
    """What the ending of an agent's command means for the agent."""
    if step.ending in LIMIT_ENDINGS:
        return "agent_timeout"
    return "done" if step.ending == "exited" and step.exit_code in exit_ok else "agent_error"


def collect(
    workspace: Workspace,
    task: Task,
    steps: list[Step],
    status: AgentStatus,
    stages: list[str],
    caches: dict[str, CacheState],
) -> AgentRun:
    """Take the patch and the answer. `stages` are those that were begun; their usage is not measured here."""
    reason = None if status == "done" else f"{steps[-1].name}: {steps[-1].explain()}"
    answer, patch = None, Patch()
    try:
        patch = workspace.patch(task.ignore)
        answer = workspace.read(task.answer_file, ANSWER_LIMIT)
    except ValueError as error:
        # What it left is larger than may be kept: a failure of the agent, unless it has failed before.
        if status == "done":
            status, reason = "agent_error", str(error)
    return AgentRun(
        status=status,
        reason=reason,
        steps=tuple(steps),
        patch=patch,
        answer=answer,
        usage=tuple(StageUsage(stage=stage) for stage in stages),
        enforced=msgspec.structs.replace(
            workspace.enforced, network=workspace.enforced.network and not task.network
        ),
        caches=caches,
    )
