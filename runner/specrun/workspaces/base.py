"""What every workspace can do, whatever it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from specrun.spec.models.common import StepLimits

if TYPE_CHECKING:
    from pathlib import Path

Ending = Literal["exited", "signalled", "wall_limit", "idle_limit", "cpu_limit", "not_started"]
"""How a command ended.

`exited`: with an exit code of its own. `signalled`: by a signal that specrun did not send.
`wall_limit`, `idle_limit`, `cpu_limit`: specrun ended it. `not_started`: there is no such program.
"""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command to run in a workspace. `argv` is never seen by a shell."""

    name: str
    argv: tuple[str, ...]
    limits: StepLimits
    env: dict[str, str] = {}
    stdin: bytes = b""
    network: bool = False


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
    """The folder of the specs is hidden and the shared tools are read-only."""


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


class Workspace(Protocol):
    """A private place with one project in it. Leave its context and it is gone, with all its processes."""

    project: Path
    """The project's folder: a git work tree with one commit."""
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

    def patch(self, ignore: tuple[str, ...] = ()) -> Patch:
        """What differs from the delivered commit, without files that match the `ignore` patterns.

        It trusts nothing that is in the workspace's own `.git`. Raises ValueError if the changes are more
        than may be kept.
        """
