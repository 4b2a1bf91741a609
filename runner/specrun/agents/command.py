"""The agent that is a program: started once for each stage, in one workspace with one home."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from specrun.agents.blame import LeftError, blame
from specrun.agents.caches import kept_caches, link_caches
from specrun.agents.claim import ClaimReader
from specrun.agents.collect import End, blocked, collect, end_of
from specrun.agents.install import install_apart, installed_folders
from specrun.agents.values import placeholder_values
from specrun.spec.models import CommandAgent
from specrun.spec.models.agent import MODEL_PLACES
from specrun.spec.placeholders import fill, names
from specrun.spec.templates import render
from specrun.spec.text import decode
from specrun.workspaces import files
from specrun.workspaces.base import Command, script

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, OpenLine, OpenWorkspace, Stage, Task
    from specrun.agents.line import Line
    from specrun.agents.record import AgentRun, CacheState
    from specrun.workspaces.base import Step, Workspace


class Program:
    """`type: command`."""

    async def work(
        self, agent: AgentSpec, task: Task, open_workspace: OpenWorkspace, open_line: OpenLine | None
    ) -> AgentRun:
        """Install the agent if need be, then start it for each stage until one fails."""
        failed = await install_apart(agent, task, open_workspace)
        if failed is not None:
            raise OSError(f"agent {agent.model.id} could not be installed: {failed}")
        async with open_workspace() as workspace:
            caches = link_caches(agent, task, workspace)
            if open_line is None:
                return await self._stages(agent, task, workspace, caches, None)
            async with open_line(agent, workspace, task.network) as line:
                return await self._stages(agent, task, workspace, caches, line)

    async def _stages(
        self,
        agent: AgentSpec,
        task: Task,
        workspace: Workspace,
        caches: dict[str, CacheState],
        line: Line | None,
    ) -> AgentRun:
        model = cast("CommandAgent", agent.model)
        claim = ClaimReader(model.claim) if model.claim and line else None
        steps: list[Step] = []
        end = End()
        begun: list[str] = []
        for stage in task.stages:
            begun.append(stage.id)
            try:
                steps.append(await self._start(agent, task, stage, workspace, line))
                end = end_of(steps[-1], model.run.exit_ok)
            except LeftError as error:
                end = blocked(f"agent.{stage.id}", error)
            else:
                if claim is not None:
                    values = placeholder_values(agent, task, workspace, stage) | (line.values if line else {})
                    claim.after_stage(steps[-1].stdout, workspace.home, values)
            if line is not None and (limit := line.overspent()) is not None:
                end = End("budget_exceeded", limit)
            if end.status != "done":
                break
        run = await collect(workspace, task, steps, end, begun, caches, line)
        return msgspec.structs.replace(run, claim=claim.total()) if claim else run

    async def _start(
        self, agent: AgentSpec, task: Task, stage: Stage, workspace: Workspace, line: Line | None
    ) -> Step:
        model = cast("CommandAgent", agent.model)
        values = placeholder_values(agent, task, workspace, stage)
        if line is not None:
            line.begin(stage.id)
            values |= line.values
        prompt = {f"prompt-{stage.id}.md": stage.prompt.encode()}
        _fill_home(workspace, {**prompt, **_declared_files(model, agent, values)})
        return await workspace.run(
            Command(
                name=f"agent.{stage.id}",
                argv=_argv(model, values),
                env={name: fill(value, values) for name, value in model.env.items()},
                stdin=stage.prompt.encode() if model.run.prompt.via == "stdin" else b"",
                limits=task.limits,
                network=task.network,
                readonly=installed_folders(agent),
                writable=kept_caches(agent, task),
                door=line,
            )
        )


def _argv(model: CommandAgent, values: dict[str, str]) -> tuple[str, ...]:
    """The command of one stage. A prompt given as an argument that no placeholder asks for comes last."""
    if model.run.script is not None:
        argv = script(fill(model.run.script, values))
        written = str(model.run.script)
    else:
        words = model.run.command or ()
        argv = tuple(fill(word, values) for word in words)
        written = " ".join(words)
    if model.run.prompt.via == "argument" and "prompt.text" not in names(written):
        argv = (*argv, *(("specrun",) if model.run.script is not None else ()), values["prompt.text"])
    return argv


def _declared_files(model: CommandAgent, agent: AgentSpec, values: dict[str, str]) -> dict[str, bytes]:
    """The agent's declared files, by their path below its home."""
    variables = {
        "home": values["home"],
        "project": values["project"],
        "agent_id": values["agent.id"],
        "agent_version": values["agent.version"],
        "agent_dir": values["agent.dir"],
        **{name.replace(".", "_"): values.get(name, "") for name in MODEL_PLACES},
    }
    contents: dict[str, bytes] = {}
    for file in model.files:
        if file.source is not None:
            content = agent.files[str(file.source)]
        else:
            named = file.template or ""
            template = decode(agent.folder / named, agent.files[str(named)])
            content = render(template, **variables).encode()
        contents[fill(file.path.below_home, values)] = content
    return contents


def _fill_home(workspace: Workspace, contents: dict[str, bytes]) -> None:
    """Put files into the home, anew for each stage. An earlier stage may have removed it, or worse."""
    with blame("its home cannot be filled"):
        workspace.home.mkdir(exist_ok=True)
        for path, content in contents.items():
            files.write_contained(workspace.home, path, content)
