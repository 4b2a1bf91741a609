"""Getting an agent onto the machine: once, into a folder of its own, with proof that it is the right one."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from specrun.agents.values import install_folder, placeholder_values
from specrun.spec.models import CommandAgent
from specrun.spec.models.common import StepLimits
from specrun.spec.placeholders import fill
from specrun.workspaces.base import Command, Step, script

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, Task
    from specrun.spec.models.agent import Install, Verify
    from specrun.workspaces.base import Workspace

_locks: dict[str, asyncio.Lock] = {}
_verified: set[str] = set()


async def ensure_installed(agent: AgentSpec, task: Task, workspace: Workspace) -> Step | None:
    """Install and verify the agent unless this process has done so. Returns the step that failed, if one did.

    An installation that was interrupted has no mark, and is made again from nothing.
    """
    install = cast("CommandAgent", agent.model).install
    if install is None:
        return None
    folder = Path(install_folder(agent))
    async with _locks.setdefault(str(folder), asyncio.Lock()):
        mark = folder / ".specrun-installed"
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            step = await _run("install", script(install.script), install, agent, task, workspace)
            if not step.ok:
                return step
        if install.verify is not None and str(folder) not in _verified:
            step = await _run("install.verify", install.verify.run, install, agent, task, workspace)
            if not _proves(step, install.verify):
                return step if not step.ok else msgspec.structs.replace(step, exit_code=1)
        mark.touch()
        _verified.add(str(folder))
    return None


def installed_folders(agent: AgentSpec) -> tuple[Path, ...]:
    """The folder with the agent, if it is installed."""
    folder = Path(install_folder(agent))
    return (folder,) if folder.is_dir() else ()


async def _run(
    name: str,
    argv: tuple[str, ...],
    install: Install,
    agent: AgentSpec,
    task: Task,
    workspace: Workspace,
) -> Step:
    folder = installed_folders(agent)
    installs = name == "install"
    values = placeholder_values(agent, task, workspace, task.stages[0])
    return await workspace.run(
        Command(
            name=name,
            argv=tuple(fill(word, values) for word in argv),
            limits=StepLimits(wall=install.timeout),
            network=install.network and not agent.offline,
            readonly=() if installs else folder,
            writable=folder if installs else (),
        )
    )


def _proves(step: Step, verify: Verify) -> bool:
    """Whether the verify command succeeded and said what it must."""
    if not step.ok or verify.matches is None:
        return step.ok
    import re2

    return re2.search(str(verify.matches), step.stdout + step.stderr) is not None
