"""What an agent is given, and what every type of agent does."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from specrun.agents.record import AgentRun
from specrun.spec.models import Model, Spec
from specrun.spec.models.common import StepLimits
from specrun.workspaces.base import Workspace

if TYPE_CHECKING:
    from specrun.agents.line import Line

OpenWorkspace = Callable[[], AbstractAsyncContextManager[Workspace]]
"""Opens a fresh workspace with the case's project in it."""

OpenLine = Callable[["AgentSpec", Workspace, bool], AbstractAsyncContextManager["Line"]]
"""Opens the line to its model of an agent that works in a workspace, with network or without."""

ANSWER_LIMIT = 256 * 1024
"""Largest answer file that is read, in bytes."""


class Stage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of the work, with a prompt of its own, and the files that it is about, if any."""

    id: str
    prompt: str
    source: str | None = None
    test: str | None = None


class KnownAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The right answer: an answer file, or files of the project. Only the oracle reads it.

    It never enters a prompt or the workspace of anybody else.
    """

    file: bytes | None = None
    project: dict[str, bytes] = {}

    @property
    def identity(self) -> KnownAnswer:
        """As a part of a digest, where names are text."""
        names = {os.fsencode(path).decode(errors="backslashreplace"): path for path in self.project}
        project = {name: self.project[path] for name, path in names.items()}
        return msgspec.structs.replace(self, project=project)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The work of one trial. Without an `answer_file` what counts is the patch."""

    case: str
    stages: tuple[Stage, ...]
    answer_file: str | None = None
    limits: StepLimits
    network: bool
    ignore: tuple[str, ...]
    known_answer: KnownAnswer


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True):
    """An agent with the folder its files are relative to, and the folder for what is kept of it."""

    model: Spec
    folder: Path
    digest: str
    cache: Path
    files: dict[str, bytes]
    """The files that the spec names, by the path it gives: read once, as they were when it was digested."""
    offline: bool
    """Nothing may leave the machine, not even to install the agent."""
    talks_to: Model | None = None
    """The model that it is given a line to."""


class AgentType(Protocol):
    """One type of agent: the value of `type` in an agent's spec."""

    async def work(
        self, agent: AgentSpec, task: Task, open_workspace: OpenWorkspace, open_line: OpenLine | None
    ) -> AgentRun:
        """Do the task. An agent that fails is told in the run's status; only what is not its fault raises.

        What the agent left is collected before its workspace goes away, however it ended. `open_line` is
        given to an agent that talks to a model.
        """
