"""What is taken from a workspace when the agent is done with it, or specrun with the agent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.base import ANSWER_LIMIT
from specrun.agents.blame import LeftError, blame
from specrun.agents.record import AgentRun, AgentStatus, CacheState
from specrun.results.model import StageUsage
from specrun.workspaces.base import Patch

if TYPE_CHECKING:
    from specrun.agents.base import Task
    from specrun.agents.line import Line
    from specrun.workspaces.base import Step, Workspace

LIMIT_ENDINGS = frozenset({"wall_limit", "idle_limit", "cpu_limit"})


class End(msgspec.Struct, frozen=True):
    """How an agent ended, and why if not well."""

    status: AgentStatus = "done"
    reason: str | None = None


def end_of(step: Step, exit_ok: tuple[int, ...]) -> End:
    """What the ending of an agent's command means for the agent."""
    if step.ending == "exited" and step.exit_code in exit_ok:
        return End()
    status: AgentStatus = "agent_timeout" if step.ending in LIMIT_ENDINGS else "agent_error"
    return End(status, f"{step.name}: {step.explain()}")


def blocked(name: str, error: LeftError) -> End:
    """The end of an agent that left something in the way of its step `name`."""
    return End("agent_error", f"{name}: {error}")


async def collect(
    workspace: Workspace,
    task: Task,
    steps: list[Step],
    end: End,
    stages: list[str],
    caches: dict[str, CacheState],
    line: Line | None = None,
) -> AgentRun:
    """Take the patch and the answer, and what came over the line. `stages` are those that were begun."""
    answer, patch = None, Patch()
    try:
        with blame("what it left cannot be kept"):
            patch = await asyncio.to_thread(workspace.patch, task.ignore)
            if task.answer_file is not None:
                answer = workspace.read(task.answer_file, ANSWER_LIMIT)
    except LeftError as error:
        # A failure of the agent, unless it has failed before.
        if end.status == "done":
            end = End("agent_error", str(error))
    return AgentRun(
        status=end.status,
        reason=end.reason,
        steps=tuple(steps),
        patch=patch,
        answer=answer,
        usage=line.usage(stages) if line else tuple(StageUsage(stage=stage) for stage in stages),
        trajectory=line.telling.trajectory() if line else None,
        drifted=line.telling.drifted if line else 0,
        enforced=msgspec.structs.replace(
            workspace.enforced, network=workspace.enforced.network and not task.network
        ),
        caches=caches,
    )
