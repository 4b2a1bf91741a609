"""What keeps the processes of one workspace together: namespaces, or else a marker in their environment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import msgspec

from specrun.workspaces.listening import listen_inside
from specrun.workspaces.namespaces import Namespaces
from specrun.workspaces.processes import anybody, kill_belonging

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from specrun.workspaces.base import Command
    from specrun.workspaces.sandbox import Sandbox
    from specrun.workspaces.view import View


class Cage(Protocol):
    """Where commands run, one at a time."""

    @property
    def enter(self) -> tuple[str, ...]:
        """The words that go before a command to run it inside."""

    async def open(self) -> None:
        """Be ready for a command. Raises OSError if the machine refuses."""

    async def listen(self, port: int) -> socket.socket | None:
        """Listen at a port of the loopback that only commands have; None if they have the machine's.

        To be called when the cage is open. Raises OSError if the port is taken or the machine refuses.
        """

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

    async def listen(self, port: int) -> socket.socket | None:
        """Listen inside the network namespace, if there is one."""
        enter = self.namespaces.enter_network
        return await listen_inside(enter, port) if enter else None

    def occupied(self, group: int) -> bool:  # noqa: ARG002
        """Whether the pid namespace has a process besides its first."""
        return self.namespaces.occupied()

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

    async def listen(self, port: int) -> socket.socket | None:  # noqa: ARG002
        """Commands have the machine's network."""
        return None

    def occupied(self, group: int) -> bool:
        """Whether the group or the marker finds anybody."""
        return anybody(self._workspace, group)

    async def kill(self, group: int | None) -> None:
        """Kill the group and everybody with the marker."""
        await asyncio.to_thread(kill_belonging, self._workspace, group)


class Cages:
    """The cages of one workspace: one for each different set of things that its commands are allowed.

    Private folders such as /tmp belong to the cage, and last as long as its namespaces.
    """

    def __init__(self, workspace: str, here: Sandbox, view: View | None) -> None:
        self._here = here
        self._view = view
        self._marker = MarkerCage(workspace)
        self._made: dict[tuple[bool, tuple[Path, ...], tuple[Path, ...]], NamespaceCage] = {}
        self.first = self._cage(network=False, readonly=(), writable=())

    def of(self, command: Command) -> Cage:
        """The cage in which the command is to run."""
        return self._cage(network=command.network, readonly=command.readonly, writable=command.writable)

    async def close(self) -> None:
        """Kill everything in all of them."""
        used: tuple[Cage, ...] = tuple(self._made.values()) if self._here.namespaces else (self._marker,)
        for cage in used:
            await cage.kill(None)

    def _cage(self, *, network: bool, readonly: tuple[Path, ...], writable: tuple[Path, ...]) -> Cage:
        if not self._here.namespaces:
            return self._marker
        key = (network or not self._here.network, readonly, writable)
        if key not in self._made:
            view = self._view and msgspec.structs.replace(
                self._view, shown=(*self._view.shown, *readonly), writable=writable
            )
            self._made[key] = NamespaceCage(Namespaces(network=key[0], view=view))
        return self._made[key]
