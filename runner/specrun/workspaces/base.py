"""What every workspace can do, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from specrun.spec.models.common import StepLimits

if TYPE_CHECKING:
    import socket
    from contextlib import AbstractAsyncContextManager

SEEN = Path("/workspace")
"""Where commands see their workspace: the same place in every trial, so that no output tells them apart."""

DOOR_PORT = 47474
"""The port on loopback at which a command without network finds its door: the same in every trial, so that
nothing tells them apart."""

Ending = Literal["exited", "signalled", "wall_limit", "idle_limit", "cpu_limit", "stopped", "not_started"]
"""How a command ended.

`exited`: with an exit code of its own. `signalled`: by a signal that specrun did not send.
`wall_limit`, `idle_limit`, `cpu_limit`: specrun ended it. `stopped`: specrun ended it because its door was
shut. `not_started`: there is no such program.
"""


class Door(Protocol):
    """A server of specrun that a command may reach, and that may end the command."""

    def serve(self, listener: socket.socket) -> AbstractAsyncContextManager[None]:
        """Answer whoever connects to the listener, until the context is left.

        No connection may stay open after that: the kernel would keep the command's network for it.
        """

    async def shut(self) -> None:
        """Return when it is time to end the command. Cancelled if the command ends first."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command to run in a workspace. `argv` is never seen by a shell."""

    name: str
    argv: tuple[str, ...]
    limits: StepLimits
    env: dict[str, str] = {}
    stdin: bytes = b""
    network: bool = False
    readonly: tuple[Path, ...] = ()
    """Folders of the machine that it may read, beside what every command of the workspace may."""
    writable: tuple[Path, ...] = ()
    """Folders of the machine that it may write."""
    door: Door | None = None
    """What it may reach at `DOOR_PORT`, and nothing else, if it has no network and that is enforced.

    Any other command shares the machine's network: `Door.serve` is not called, and whoever gives the door
    tells the command the address of a listener of its own. `Door.shut` ends either.
    """


def script(text: str) -> tuple[str, ...]:
    """The argv that runs `text` as a bash script which stops at the first error."""
    return ("bash", "-c", "set -euo pipefail\n" + text)


class Enforced(msgspec.Struct, frozen=True, kw_only=True):
    """What this machine lets specrun enforce: false means that it was wanted and could not be had."""

    network: bool
    """The network is off."""
    processes: bool
    """Processes live in a namespace of their own and none survives its command."""
    files: bool
    """Commands see nothing of the machine's files but its programs, read-only, and their workspace."""
    process_limit: bool = False
    """A command and what it starts are at most `namespaces.PROCESSES` at a time."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command did. It holds no times, so that the same work gives the same bytes."""

    name: str
    ending: Ending
    exit_code: int | None = None
    signal: int | None = None
    stdout: str = ""
    stderr: str = ""
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    survivors: bool = False
    """Processes were left behind when the command ended; they have been killed."""

    @property
    def ok(self) -> bool:
        """The command ended by itself with exit code 0."""
        return self.ending == "exited" and self.exit_code == 0

    def explain(self) -> str:
        """How it ended, for a report: `exit code 1`, `ended by its wall limit`."""
        match self.ending:
            case "exited":
                return f"exit code {self.exit_code}"
            case "signalled":
                return f"killed by signal {self.signal}"
            case "not_started":
                return "no such program"
            case "stopped":
                return "ended by specrun"
            case _:
                return f"ended by its {self.ending.replace('_', ' ')}"


class ChangedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file that differs from the delivered commit. Line counts are None for a binary file."""

    path: str
    change: Literal["added", "modified", "deleted", "type"]
    lines_added: int | None
    lines_deleted: int | None


class Patch(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was changed in a workspace: a git diff and its files, sorted by path."""

    diff: bytes = b""
    files: tuple[ChangedFile, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one path of a project becomes: a file, a link with its target as content, or nothing."""

    path: str
    """Relative to the project; bytes that are not UTF-8 as the file system's surrogates."""
    mode: Literal["100644", "100755", "120000"] | None
    """As in git: a file, an executable one, a link. None: there is nothing any more."""
    content: bytes = b""


class Workspace(Protocol):
    """A private place with one project in it. Leave its context and it is gone, with all its processes."""

    project: Path
    """The project's folder: a git work tree with one commit. Commands see it as `as_seen` tells."""
    home: Path
    """HOME of every command, outside of the project."""
    enforced: Enforced

    async def run(self, command: Command) -> Step:
        """Run one command in the project's folder and wait until its whole process tree is gone.

        Cancelling the call kills the tree. Raises OSError only if the machine itself fails.
        """

    def read(self, path: str, limit: int) -> bytes | None:
        """The content of a regular file of the project, at most `limit` bytes; None if there is none.

        Never follows a link out of the project. Raises ValueError if the file is larger than `limit`.
        """

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the project, making folders. Never follows a link.

        Raises ValueError if the path leaves the project.
        """

    def remove(self, path: str) -> None:
        """Remove a file of the project if there is one. Never follows a link."""

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes, removals first. Never follows a link.

        Raises ValueError if a path leaves the project or something is in its way.
        """

    def patch(self, ignore: tuple[str, ...] = ()) -> Patch:
        """What differs from the delivered commit, without files that match the `ignore` patterns.

        It trusts nothing that is in the workspace's own `.git`. Raises ValueError if the changes are more
        than may be kept.
        """


class Inside(msgspec.Struct, frozen=True):
    """Where commands see the folders of their workspace."""

    project: Path
    home: Path


def as_seen(workspace: Workspace) -> Inside:
    """The workspace's folders as its commands see them: where files are enforced, always the same."""
    if workspace.enforced.files:
        return Inside(SEEN / "project", SEEN / "home")
    return Inside(workspace.project, workspace.home)
