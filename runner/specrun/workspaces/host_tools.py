"""How specrun itself starts programs of this machine (pip, tool checks), outside of any workspace."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT_LIMIT = 1024 * 1024
"""How much of a program's output is read, in bytes."""


class Done(msgspec.Struct, frozen=True):
    """A program that ended: its exit code (negative: the signal) and stdout and stderr as they came."""

    code: int
    output: str


def run(argv: tuple[str, ...], env: dict[str, str], cwd: Path, seconds: float) -> Done:
    """Run one program without input and wait for it.

    Raises TimeoutError after `seconds`, when its process group has been killed, and OSError if it cannot
    be started.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            argv,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimeoutError(f"no end within {seconds:g} s") from None
            raise
        output.seek(0)
        return Done(code, output.read(OUTPUT_LIMIT).decode("utf-8", "replace"))
