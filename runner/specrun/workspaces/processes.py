"""Finding and killing processes that escaped from their group, on machines without namespaces."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from specrun.workspaces.environment import MARKER

_PROC = Path("/proc")
_CHUNK = 64 * 1024
_ROUNDS = 200
_PAUSE = 0.005
_LOOKS = 3


def kill_group(group: int) -> None:
    """Kill every process of a process group, if there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def belonging(workspace: str, group: int | None = None) -> list[int]:
    """The live processes of this user that carry the workspace's marker or are in the process group.

    Where there is no /proc, only the group's own number is told, and only while the group lives.
    """
    if not _PROC.joinpath("self/stat").exists():
        return [group] if group is not None and _group_lives(group) else []
    mark = f"{MARKER}={workspace}".encode()
    pids = (int(name) for name in os.listdir(_PROC) if name.isdecimal())  # noqa: PTH208
    return [pid for pid in pids if pid != os.getpid() and _belongs(pid, mark, group)]


def anybody(workspace: str, group: int) -> bool:
    """Whether there are such processes. It looks more than once: one may be starting another just then."""
    for _ in range(_LOOKS - 1):
        if belonging(workspace, group):
            return True
        time.sleep(_PAUSE)
    return bool(belonging(workspace, group))


def kill_belonging(workspace: str, group: int | None = None) -> None:
    """Kill these processes until none is left: one may start another while we look. Bounded."""
    for _ in range(_ROUNDS):
        if group is not None:
            kill_group(group)
        found = belonging(workspace, group)
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE)


def _belongs(pid: int, mark: bytes, group: int | None) -> bool:
    try:
        if os.getpgid(pid) != group and mark not in _read(f"/proc/{pid}/environ").split(b"\0"):
            return False
        # The state stands after the name, which may hold anything (proc(5), /proc/pid/stat).
        return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


def _read(path: str) -> bytes:
    # By hand, because this runs for every process of the machine after every command.
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        content = chunk = os.read(file, _CHUNK)
        while len(chunk) == _CHUNK:
            chunk = os.read(file, _CHUNK)
            content += chunk
        return content
    finally:
        os.close(file)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
