"""Reading, writing and removing files below a folder whose content is hostile. No link is ever followed."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL_OR_BROKEN = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read_contained(root: Path, path: str, limit: int) -> bytes | None:
    """The content of the regular file `path` below `root`; None if there is none that can be read.

    Raises ValueError if the path leaves the root or the file is larger than `limit` bytes.
    """
    try:
        with _parent(root, path) as (folder, name):
            return read_regular(name, limit, folder)
    except OSError:
        return None


def read_regular(name: str, limit: int, folder: int) -> bytes | None:
    """The content of a regular file in an open folder; None if it is something else.

    Raises OSError if it cannot be opened, ValueError if it is larger than `limit` bytes.
    """
    file = os.open(name, _READ, dir_fd=folder)
    with open(file, "rb") as stream:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"{name}: larger than {limit} bytes")
    return content


def write_contained(root: Path, path: str, content: bytes) -> None:
    """Write the file `path` below `root`, making folders. A link in its place is replaced, not followed.

    The file is made anew, so hard links keep their content; it stays executable if it was.
    Raises ValueError if the path leaves the root, or a folder or a link is in its way.
    """
    with _writable(path), _parent(root, path, make=True) as (folder, name):
        _write(name, folder, _mode(name, folder), content)


def put_contained(root: Path, path: str, mode: str, content: bytes) -> None:
    """Put a file or a link of git's `mode` at `path` below `root`, as `write_contained` does."""
    with _writable(path), _parent(root, path, make=True) as (folder, name):
        if mode == "120000":
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            os.symlink(os.fsdecode(content), name, dir_fd=folder)
        else:
            _write(name, folder, int(mode[-3:], 8), content)


def remove_contained(root: Path, path: str, *, prune: bool = False) -> None:
    """Remove the file or link `path` below `root` if there is one; folders stay.

    To `prune` is to remove the folders in which nothing is left too, as git does.
    Raises ValueError if the path leaves the root.
    """
    with suppress(OSError), _parent(root, path) as (folder, name):
        os.unlink(name, dir_fd=folder)
    *folders, _ = _components(path)
    while prune and folders:
        with suppress(OSError), _parent(root, "/".join(folders)) as (folder, name):
            os.rmdir(name, dir_fd=folder)
        folders.pop()


@contextmanager
def _writable(path: str) -> Iterator[None]:
    """Tell what is in the way of a file as a ValueError; what the machine lacks stays an OSError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL_OR_BROKEN:
            raise
        raise ValueError(f"{path}: cannot be written: {error.strerror}") from None


def _write(name: str, folder: int, mode: int, content: bytes) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    with open(os.open(name, _CREATE, mode, dir_fd=folder), "wb") as stream:  # noqa: PTH123
        os.fchmod(stream.fileno(), mode)
        stream.write(content)


@contextmanager
def _parent(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """Open the folder that holds `path`, component by component, and tell the last component."""
    *folders, name = _components(path)
    here = os.open(root, _FOLDER)
    try:
        for folder in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(folder, 0o755, dir_fd=here)
            there = os.open(folder, _FOLDER, dir_fd=here)
            os.close(here)
            here = there
        yield here, name
    finally:
        os.close(here)


def _components(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise ValueError(f"{path!r}: not a path inside the project")
    return parts


def _mode(name: str, folder: int) -> int:
    try:
        old = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return 0o644
    return 0o755 if stat.S_ISREG(old) and old & 0o100 else 0o644
