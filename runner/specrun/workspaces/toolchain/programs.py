"""Programs of this machine that a platform needs, and the proof that they are the right ones."""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.workspaces.host_tools import run
from specrun.workspaces.toolchain.virtualenv import base_interpreter

if TYPE_CHECKING:
    from specrun.spec.models.common import ToolCheck

SECONDS = 20.0
"""Longest time that a check may take."""

_SHOWN = 80


class Program(msgspec.Struct, frozen=True):
    """A program that was found, and the first line of what its check printed."""

    path: Path
    said: str


class MissingProgramError(Exception):
    """A program that is not here, or is not the one that is needed."""


@functools.cache
def find_program(check: ToolCheck) -> Program:
    """Run a check, once per process, without anything of the user's environment but PATH.

    `python` and `python3` are specrun's own interpreter, as they are in a workspace.
    Raises MissingProgramError.
    """
    import re2

    name, command = check.run[0], shlex.join(check.run)
    own = name in ("python", "python3")
    path = str(base_interpreter()) if own else shutil.which(name)
    if path is None:
        raise MissingProgramError(f"needs {name}: there is no such program on this machine")
    with tempfile.TemporaryDirectory(prefix="specrun-check-") as temporary:
        home = Path(temporary)
        try:
            done = run((path, *check.run[1:]), _environment(home), home, SECONDS)
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "strerror", None) or error
            raise MissingProgramError(f"needs {name}: `{command}` failed: {reason}") from error
    said = _first_line(done.output)
    if done.code != 0:
        raise MissingProgramError(f"needs {name}: `{command}` ended with code {done.code}: {said}")
    if check.matches is not None and re2.search(check.matches, done.output.strip()) is None:
        raise MissingProgramError(f"needs {name}: `{command}` gave {said}, wanted {check.matches}")
    return Program(Path(path), said)


def _environment(home: Path) -> dict[str, str]:
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(home), "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def _first_line(output: str) -> str:
    lines = output.strip().splitlines() or ["nothing"]
    line = "".join(letter if letter.isprintable() else "?" for letter in lines[0])
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "..."
