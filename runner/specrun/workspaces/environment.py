"""The environment of every command in a workspace, built from nothing: what the caller has never leaks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

EPOCH = 1_577_836_800
"""The time of everything that is delivered: 2020-01-01 00:00:00 UTC, in seconds."""

MARKER = "SPECRUN_WORKSPACE"
"""The variable that names the workspace a process belongs to."""

SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")

_NAME, _EMAIL, _DATE = "specrun", "specrun@localhost", f"{EPOCH} +0000"

GIT_IDENTITY = {
    "GIT_AUTHOR_NAME": _NAME,
    "GIT_AUTHOR_EMAIL": _EMAIL,
    "GIT_AUTHOR_DATE": _DATE,
    "GIT_COMMITTER_NAME": _NAME,
    "GIT_COMMITTER_EMAIL": _EMAIL,
    "GIT_COMMITTER_DATE": _DATE,
}

_FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "SOURCE_DATE_EPOCH": str(EPOCH),
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    **GIT_IDENTITY,
}


def scrubbed(name: str, root: Path, path: Sequence[str | Path], extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of the workspace `name` that commands see in `root`: fixed values, then `extra`.

    `path` stands first in PATH.
    """
    return {
        **_FIXED,
        "PATH": os.pathsep.join([*map(str, path), *SYSTEM_PATH]),
        "HOME": str(root / "home"),
        "TMPDIR": str(root / "tmp"),
        "GIT_CEILING_DIRECTORIES": str(root),
        **extra,
        MARKER: name,
    }
