"""The agent that knows the answer: what it fails is a broken case, not a hard one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.record import AgentRun

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, OpenWorkspace, Task


class Oracle:
    """`type: oracle`."""

    async def work(self, agent: AgentSpec, task: Task, open_workspace: OpenWorkspace) -> AgentRun:
        """Give the known answer."""
        del agent, open_workspace
        return AgentRun(answer=task.known_answer)
