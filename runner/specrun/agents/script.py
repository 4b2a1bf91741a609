"""The agent that does declared steps: deterministic, and so the way to test a benchmark itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from specrun.agents.blame import LeftError, blame
from specrun.agents.collect import End, blocked, collect, end_of
from specrun.agents.values import placeholder_values
from specrun.spec.models import ScriptAgent
from specrun.spec.placeholders import fill
from specrun.workspaces.base import Command, script

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, OpenLine, OpenWorkspace, Task
    from specrun.agents.record import AgentRun
    from specrun.spec.models.agent import Step as ScriptStep
    from specrun.workspaces.base import Step, Workspace


class Script:
    """`type: script`. All its steps belong to the first stage; it does not read prompts."""

    async def work(
        self, agent: AgentSpec, task: Task, open_workspace: OpenWorkspace, open_line: OpenLine | None
    ) -> AgentRun:
        """Do the steps, up to the first that fails."""
        del open_line
        model = cast("ScriptAgent", agent.model)
        steps: list[Step] = []
        end = End()
        async with open_workspace() as workspace:
            values = placeholder_values(agent, task, workspace, task.stages[0])
            for number, step in enumerate(model.steps, 1):
                name = f"step {number}"
                try:
                    done = await self._do(step, name, agent, task, workspace, values)
                except LeftError as error:
                    end = blocked(name, error)
                else:
                    if done is not None:
                        steps.append(done)
                        end = end_of(done, (0,))
                if end.status != "done":
                    break
            return await collect(workspace, task, steps, end, [stage.id for stage in task.stages], {})

    async def _do(
        self,
        step: ScriptStep,
        name: str,
        agent: AgentSpec,
        task: Task,
        workspace: Workspace,
        values: dict[str, str],
    ) -> Step | None:
        if step.write is not None and step.content is not None:
            with blame("the step cannot be done"):
                workspace.write(step.write, fill(step.content, values).encode())
            return None
        if step.patch is not None:
            command = Command(
                name=name,
                argv=("git", "apply", "-"),
                stdin=agent.files[str(step.patch)],
                limits=task.limits,
            )
        else:
            argv = script(fill(step.run or "", values))
            command = Command(name=name, argv=argv, limits=task.limits, network=task.network)
        return await workspace.run(command)
