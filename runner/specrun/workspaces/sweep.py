"""Workspaces whose specrun is gone: found by a lock that the kernel releases, killed and removed."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from specrun.workspaces.processes import kill_belonging

PREFIX = "specrun-"
_LOCK = "owner.lock"
_NEW_LOCK = "owner.new"


def base_folder() -> Path:
    """Where workspaces are made: `$SPECRUN_TMP`, or else a temporary folder of this user's own (0700).

    All workspaces of a user are in it, so that hiding it hides every other one from each of them.
    Raises PermissionError if somebody else has made that folder.
    """
    if named := os.environ.get("SPECRUN_TMP"):
        folder = Path(named).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    folder = Path(tempfile.gettempdir()) / f"{PREFIX}{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.geteuid() or folder.is_symlink():
        raise PermissionError(
            1, "it belongs to somebody else; set SPECRUN_TMP to another folder", str(folder)
        )
    return folder


def own(folder: Path) -> int:
    """Lock a new workspace folder for as long as the returned descriptor is open."""
    unnamed = folder / _NEW_LOCK
    lock = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unnamed.rename(folder / _LOCK)
    return lock


def stale(base: Path) -> list[Path]:
    """The workspaces of this user below `base` that nobody owns any more, sorted."""
    return sorted(folder for folder in base.glob(f"{PREFIX}*") if _is_stale(folder))


def sweep(base: Path) -> list[Path]:
    """Kill what is left of stale workspaces, remove them, and tell which they were."""
    found = stale(base)
    for folder in found:
        kill_belonging(folder.name)
        remove_folder(folder)
    return found


def remove_folder(folder: Path) -> None:
    """Remove a folder whatever is in it. What cannot be removed stays for the next sweep."""
    for tidy in ([], ["chmod", "-R", "u+rwX"]):
        if tidy:
            subprocess.run([*tidy, folder], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL, check=False)
        if not folder.exists():
            return


def _is_stale(folder: Path) -> bool:
    with suppress(OSError):
        if folder.lstat().st_uid != os.geteuid():
            return False
        # A specrun that was killed at the very start has not renamed its lock yet.
        name = _LOCK if os.path.lexists(folder / _LOCK) else _NEW_LOCK
        lock = os.open(folder / name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(lock)
        return True
    return False
