"""Getting an agent onto the machine: once, into a folder of its own, with proof that it is the right one."""

from __future__ import annotations

import asyncio
import fcntl
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from specrun.agents.package_settings import package_settings
from specrun.agents.values import install_folder, placeholder_values
from specrun.spec.models import CommandAgent
from specrun.spec.models.common import StepLimits
from specrun.spec.placeholders import fill
from specrun.spec.problems import printable, quoted
from specrun.workspaces.base import Command, Step, script
from specrun.workspaces.sweep import remove_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from specrun.agents.base import AgentSpec, OpenWorkspace, Task
    from specrun.spec.models.agent import Install, Verify
    from specrun.workspaces.base import Workspace

_BETWEEN_TRIES = 0.1
"""Seconds."""

_OWN_WHEELS = ("PIP_NO_INDEX", "PIP_FIND_LINKS")
"""What tells pip in a workspace to take the project's pinned wheels and nothing else, unless it is empty."""

_SHOWN = 200
"""Characters of what a failed step printed last."""

_verified: set[str] = set()


def is_installed(agent: AgentSpec) -> bool:
    """Whether the agent was installed on this machine and proved to be the right one."""
    return _mark(agent).exists()


def installed_folders(agent: AgentSpec) -> tuple[Path, ...]:
    """The folder with the agent, if it is installed."""
    folder = Path(install_folder(agent))
    return (folder,) if folder.is_dir() else ()


async def install_apart(agent: AgentSpec, task: Task, open_workspace: OpenWorkspace) -> str | None:
    """As `ensure_installed`, in a workspace of its own, which is opened only if it is needed.

    What an installation leaves in its home is not to be found by the trial that happens to be the first.
    """
    if _is_ready(agent):
        return None
    async with open_workspace() as workspace:
        return await ensure_installed(agent, task, workspace)


async def ensure_installed(agent: AgentSpec, task: Task, workspace: Workspace) -> str | None:
    """Install and verify the agent unless this process has done so. Returns what went wrong, in one line.

    An installation that was interrupted has no mark, and is made again from nothing. Of all tasks and
    processes of this machine one is at it at a time; the others wait, and find it done.
    """
    install, folder = _install_of(agent), Path(install_folder(agent))
    if install is None or _is_ready(agent):
        return None
    async with _alone(folder):
        if _is_ready(agent):
            return None
        if not is_installed(agent):
            await asyncio.to_thread(remove_folder, folder)
            folder.mkdir(parents=True)
            step = await _run("install", script(install.script), install, agent, task, workspace)
            if not step.ok:
                return _failure(step)
        if install.verify is not None:
            step = await _run("install.verify", install.verify.run, install, agent, task, workspace)
            if not _proves(step, install.verify):
                return _failure(step, install.verify)
        if not is_installed(agent):
            _mark(agent).touch()
        _verified.add(str(folder))
    return None


def _install_of(agent: AgentSpec) -> Install | None:
    return cast("CommandAgent", agent.model).install


def _is_ready(agent: AgentSpec) -> bool:
    """Whether there is nothing to install, or this process has found it installed and right."""
    return _install_of(agent) is None or (install_folder(agent) in _verified and is_installed(agent))


def _mark(agent: AgentSpec) -> Path:
    """The file that says that all of an installation is there."""
    return Path(install_folder(agent), ".specrun-installed")


@asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """Keep everybody else from installing into the folder until the context, or the process, ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(f"{folder}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _locked(lock):
            await asyncio.sleep(_BETWEEN_TRIES)  # a call that waits could not be cancelled
        yield
    finally:
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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
    network = install.network and not agent.offline
    values = placeholder_values(agent, task, workspace, task.stages[0])
    with package_settings(os.environ if network else {}) as settings:
        return await workspace.run(
            Command(
                name=name,
                argv=tuple(fill(word, values) for word in argv),
                env={**dict.fromkeys(_OWN_WHEELS, ""), **settings.env},
                limits=StepLimits(wall=install.timeout),
                network=network,
                readonly=(*settings.readonly, *(() if installs else folder)),
                writable=folder if installs else (),
            )
        )


def _proves(step: Step, verify: Verify) -> bool:
    """Whether the verify command succeeded and said what it must."""
    if not step.ok or verify.matches is None:
        return step.ok
    import re2

    return re2.search(str(verify.matches), _said(step)) is not None


def _failure(step: Step, verify: Verify | None = None) -> str:
    """What went wrong with a step."""
    if step.ok and verify:
        return f"{step.name}: it printed {quoted(_last_line(step))}, wanted {verify.matches}"
    said = _last_line(step)
    return f"{step.name}: {step.explain()}{f': {said}' if said else ''}"


def _said(step: Step) -> str:
    return (step.stdout + step.stderr).strip()


def _last_line(step: Step) -> str:
    return printable(_said(step).rpartition("\n")[2])[:_SHOWN]
