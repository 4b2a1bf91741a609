"""Files that specs name: kept inside their root, and read with care."""

# os.path asks the questions here: pathlib raises where a folder may not be entered, and they have an answer.
# ruff: noqa: PTH110, PTH112, PTH113

from __future__ import annotations

import os
import stat
from pathlib import Path

from specrun.spec.problems import nearest, quoted
from specrun.spec.values import LONGEST_PATH


def real(path: Path | str) -> Path:
    """The absolute path without links; never fails."""
    return Path(os.path.realpath(path))


def exists(path: Path) -> bool:
    """Whether there is something, as far as one may look; never fails."""
    return os.path.exists(path)


def why_missing(path: Path) -> str | None:
    """Why nothing can be found there; None if there is something."""
    try:
        os.stat(path)  # noqa: PTH116
    except PermissionError:
        return "permission denied"
    except (OSError, ValueError):
        return "no such file"
    return None


def is_file(path: Path) -> bool:
    """Whether it is a regular file, as far as one may look; never fails."""
    return os.path.isfile(path)


def is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as one may look; never fails."""
    return os.path.isdir(path)


def may_read(path: Path) -> bool:
    """Whether this user may read the file, or list the folder."""
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def contained(folder: Path, text: str, root: Path) -> Path:
    """The real path of `text` relative to `folder`. Raises ValueError if it leaves the root."""
    if len(text) > LONGEST_PATH:
        raise ValueError("this path is too long")
    path = real(folder / text)
    if not path.is_relative_to(root):
        raise ValueError(f"{quoted(text)} leaves the folder {quoted(root.name)}, the root of its specs")
    return path


def existing(folder: Path, text: str, root: Path) -> Path:
    """The real path of `text` relative to `folder`.

    Raises ValueError if it leaves the root or leads nowhere.
    """
    path = contained(folder, text, root)
    reason = why_missing(path)
    if reason == "permission denied":
        raise ValueError(f"{quoted(text)} cannot be read: {reason}")
    if reason is not None:
        raise ValueError(f"{reason}: {quoted(text)}{nearest_path(folder, text)}")
    return path


def nearest_path(folder: Path, text: str) -> str:
    """`, did you mean 'prompts/detect.md'?` for a path that leads nowhere, written as it is written there."""
    here = Path("/") if text.startswith("/") else folder
    steps: list[str] = []
    for step in text.split("/"):
        near = [step] if exists(here / step) else _nearest_entry(here, step)
        if not near:
            return ""
        here /= near[0]
        steps.append(near[0])
    return f", did you mean {quoted('/'.join(steps))}?"


def _nearest_entry(folder: Path, name: str) -> list[str]:
    try:
        near = nearest(name, os.listdir(folder))  # noqa: PTH208
    except OSError:
        return []
    return [entry for entry in near if exists(folder / entry)]


def read_file(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Raises ValueError with the reason. Devices and pipes are refused, and too large a file is not read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ValueError(_reason(error)) from None
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise ValueError("this is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("this is not a regular file")
        if status.st_size > limit:
            raise ValueError(f"the file is larger than {limit // 1024**2} MiB")
        return _read(handle, limit)
    finally:
        os.close(handle)


def _read(handle: int, limit: int) -> bytes:
    """Everything there is to read, though not past the limit: the file may be growing."""
    content = b""
    while len(content) < limit and (chunk := os.read(handle, limit - len(content))):
        content += chunk
    return content


def _reason(error: OSError) -> str:
    """Why a file cannot be opened."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "the file cannot be read: permission denied"
    return f"the file cannot be read: {quoted(error.strerror or 'unknown error')}"
