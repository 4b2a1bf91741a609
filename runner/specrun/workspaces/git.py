"""Plain git, started so that no configuration, hook, filter or prompt of anybody has a say."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from specrun.workspaces.environment import GIT_IDENTITY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RAW_ATTRIBUTES = "* -text -eol -filter -ident -working-tree-encoding !diff\n"
"""For `info/attributes`, which no `.gitattributes` can overrule: content is taken byte for byte."""

_SETTINGS = {
    "core.logAllRefUpdates": "false",
    "core.protectHFS": "false",
    "core.protectNTFS": "false",
    "maintenance.auto": "false",
}


class GitError(OSError):
    """git failed. The message is what git said last."""


def git(*arguments: str, git_dir: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
    """Run git on a repository whose configuration is specrun's own; returns its stdout. Raises GitError."""
    settings = [word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}")]
    fixed = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_DIR": str(git_dir),
        **GIT_IDENTITY,
    }
    done = subprocess.run(
        ["git", *settings, *arguments],
        input=stdin,
        env={**fixed, **(env or {})},
        cwd=git_dir.parent,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise GitError(f"git {arguments[0]}: {said[-1]}")
    return done.stdout
