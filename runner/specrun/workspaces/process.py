"""Running one command with limits, reading its output as it comes, and leaving nothing of it behind."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import tempfile
from typing import IO, TYPE_CHECKING, Literal

from specrun.workspaces.base import Step
from specrun.workspaces.output import CappedOutput
from specrun.workspaces.processes import kill_group

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.models.common import StepLimits
    from specrun.workspaces.base import Command, Ending
    from specrun.workspaces.cages import Cage

_SETTLE = 1.0
"""How long what a command started may take to end after it, in seconds, before it counts as left behind."""

_DRAIN = 1.0
"""How long pipes are read after everything was killed, in seconds: a process nobody found may hold them."""

_LOADER = ("LD_", "DYLD_")
"""Variables that steer the dynamic loader: only the command itself may see them, not what starts it."""


async def execute(
    command: Command, env: dict[str, str], folder: Path, cage: Cage, stop: asyncio.Future[None] | None = None
) -> Step:
    """Run the command in `folder` and wait until its whole process tree is gone, also when cancelled.

    It is ended when `stop` is done. An exception of `stop` ends it too, and is raised.
    """
    with _stdin(command.stdin) as stdin:
        argv = [*cage.enter, *_limited(command, env, folder)]
        visible = {name: value for name, value in env.items() if not name.startswith(_LOADER)}
        try:
            transport, watch = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Watch(command.limits.output.bytes),
                *argv,
                stdin=stdin,
                env=visible,
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            await cage.kill(None)
            raise
    group = transport.get_pid()
    survivors = False
    try:
        ending = await watch.until_over(command.limits, stop)
        if ending is None:
            survivors = await _left_behind(cage, group)
        if ending or survivors:
            kill_group(group)
            await cage.kill(group)
        await asyncio.wait({watch.drained}, timeout=_DRAIN)
    except BaseException:
        kill_group(group)
        await cage.kill(group)
        raise
    finally:
        transport.close()
        await watch.closed
    return _step(command, ending, transport.get_returncode() or 0, watch, survivors=survivors)


class _Watch(asyncio.SubprocessProtocol):
    """Takes what the process prints and learns when it ends."""

    def __init__(self, cap: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._last_output = self._loop.time()
        self._open = {1, 2}
        self.outputs = {1: CappedOutput(cap), 2: CappedOutput(cap)}
        self.exited = self._loop.create_future()
        self.drained = self._loop.create_future()
        self.closed = self._loop.create_future()

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        assert isinstance(data, bytes)
        self._last_output = self._loop.time()
        self.outputs[fd].add(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._open.discard(fd)
        if not self._open:
            self.drained.set_result(None)

    def process_exited(self) -> None:
        self.exited.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.closed.set_result(None)

    async def until_over(
        self, limits: StepLimits, stop: asyncio.Future[None] | None
    ) -> Literal["wall_limit", "idle_limit", "stopped"] | None:
        """Wait for the end of the process (None), the first of its limits, or `stop`."""
        ends = {self.exited} if stop is None else {self.exited, stop}
        end = self._loop.time() + limits.wall.seconds
        idle = limits.idle.seconds if limits.idle else math.inf
        while not self.exited.done():
            if stop is not None and stop.done():
                stop.result()
                return "stopped"
            now, idle_end = self._loop.time(), self._last_output + idle
            if now >= min(end, idle_end):
                return "wall_limit" if end <= idle_end else "idle_limit"
            timeout = min(end, idle_end) - now
            await asyncio.wait(ends, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        return None


async def _left_behind(cage: Cage, group: int) -> bool:
    """Whether something of the command lives on, after a moment in which it may end by itself."""
    pause = 0.005
    for _ in range(int(_SETTLE / pause)):
        if not cage.occupied(group):
            return False
        await asyncio.sleep(pause)
    return True


def _stdin(content: bytes) -> IO[bytes]:
    """A file to read from: a pipe would need somebody to fill it, and cannot be opened by name again."""
    if not content:
        return open(os.devnull, "rb")  # noqa: PTH123
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(content)
    file.seek(0)
    return file


def _limited(command: Command, env: dict[str, str], folder: Path) -> list[str]:
    """The command behind a shell that sets its limits and becomes the command (POSIX sh, `ulimit`)."""
    limits = command.limits
    lines = ["umask 022", "ulimit -c 0"]
    if limits.cpu:
        seconds = math.ceil(limits.cpu.seconds)
        lines += [f"ulimit -S -t {seconds}", f"ulimit -H -t {seconds + 1}"]
    if limits.file_size:
        lines.append(f"ulimit -f {math.ceil(limits.file_size.bytes / 512)}")
    loader = sorted(name for name in env if name.startswith(_LOADER))
    lines += ['cd "$1" || exit', "unset OLDPWD", "shift"]
    lines += [f'export {name}="$1"; shift' for name in loader]
    if limits.memory:
        # Not the address space: virtual machines reserve much more of that than they ever use.
        lines.append(f"ulimit -d {math.ceil(limits.memory.bytes / 1024)}")
    script = "\n".join([*lines, 'exec "$@"'])
    return ["/bin/sh", "-c", script, "sh", str(folder), *(env[name] for name in loader), *command.argv]


def _step(
    command: Command, ending: Ending | None, returncode: int, watch: _Watch, *, survivors: bool
) -> Step:
    exit_code = returncode if returncode >= 0 else None
    killed_by = -returncode if returncode < 0 else None
    # A shell reports the signal of the program it ran as 128 + its number.
    over_cpu = signal.SIGXCPU in (killed_by, (exit_code or 0) - 128)
    if ending is None and command.limits.cpu and over_cpu:
        ending = "cpu_limit"
    if ending is not None:
        exit_code = killed_by = None
    return Step(
        name=command.name,
        ending=ending or ("exited" if killed_by is None else "signalled"),
        exit_code=exit_code,
        signal=killed_by,
        stdout=watch.outputs[1].text(),
        stderr=watch.outputs[2].text(),
        stdout_bytes=watch.outputs[1].total,
        stderr_bytes=watch.outputs[2].total,
        survivors=survivors,
    )
