"""What keeps the processes of one workspace together: namespaces, or else a marker in their environment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from specrun.workspaces.processes import belonging, kill_belonging

if TYPE_CHECKING:
    from specrun.workspaces.namespaces import Namespaces


class Cage(Protocol):
    """Where commands run, one at a time."""

    @property
    def enter(self) -> tuple[str, ...]:
        """The words that go before a command to run it inside."""

    async def open(self) -> None:
        """Be ready for a command. Raises OSError if the machine refuses."""

    def occupied(self, group: int) -> bool:
        """Whether any process of the workspace is alive. `group` is the last command's process group."""

    async def kill(self, group: int | None) -> None:
        """Kill every process of the workspace and wait until they are gone."""


class NamespaceCage:
    """The kernel knows every process in a pid namespace; ending process 1 ends them all."""

    def __init__(self, namespaces: Namespaces) -> None:
        self.namespaces = namespaces

    @property
    def enter(self) -> tuple[str, ...]:
        """`nsenter` with its options."""
        return self.namespaces.enter

    async def open(self) -> None:
        """Make the namespaces, unless they are there."""
        if not self.namespaces.alive:
            await asyncio.to_thread(self.namespaces.start)

    def occupied(self, group: int) -> bool:  # noqa: ARG002
        """Whether the pid namespace has a process besides its first."""
        return bool(self.namespaces.processes())

    async def kill(self, group: int | None) -> None:  # noqa: ARG002
        """End the namespaces. The next command gets new ones."""
        await asyncio.to_thread(self.namespaces.close)


class MarkerCage:
    """Without namespaces: the process group, and whoever carries the workspace's marker."""

    enter: tuple[str, ...] = ()

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    async def open(self) -> None:
        """Nothing has to be made."""

    def occupied(self, group: int) -> bool:
        """Whether the group or the marker finds anybody."""
        return bool(belonging(self._workspace, group))

    async def kill(self, group: int | None) -> None:
        """Kill the group and everybody with the marker."""
        await asyncio.to_thread(kill_belonging, self._workspace, group)
