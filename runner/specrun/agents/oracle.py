"""The agent that knows the answer: what it fails is a broken case, not a hard one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.collect import End, collect
from specrun.agents.record import AgentRun

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, OpenLine, OpenWorkspace, Task


class Oracle:
    """`type: oracle`."""

    async def work(
        self, agent: AgentSpec, task: Task, open_workspace: OpenWorkspace, open_line: OpenLine | None
    ) -> AgentRun:
        """Give the known answer; write it into a workspace where it is files of the project."""
        del agent, open_line
        known = task.known_answer
        if not known.project:
            return AgentRun(answer=known.file)
        async with open_workspace() as workspace:
            for path, content in known.project.items():
                workspace.write(path, content)
            return await collect(workspace, task, [], End(), [], {})
