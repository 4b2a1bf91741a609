"""The agent that does nothing: what it passes, anything would pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.record import AgentRun

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, OpenLine, OpenWorkspace, Task


class Nop:
    """`type: nop`."""

    async def work(
        self, agent: AgentSpec, task: Task, open_workspace: OpenWorkspace, open_line: OpenLine | None
    ) -> AgentRun:
        """Do nothing."""
        del agent, task, open_workspace, open_line
        return AgentRun()
