"""Folders that are entered step by step and never through a link, so that nothing leads out of the store."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING

from specrun.artifacts.model import ArtifactError
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_numbers = count(1)


class Folder:
    """An open folder. Every name is looked up in it and not followed if it is a link, which leaves no race.

    Raises FileNotFoundError for what is not there, and ArtifactError for a link, a device, or a file in the
    place of a folder.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def enter(self, name: str, *, create: bool = False) -> Folder:
        """Open a folder inside this one."""
        if create:
            with suppress(FileExistsError):
                os.mkdir(name, 0o755, dir_fd=self._descriptor)
        with _refused(name):
            return Folder(os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=self._descriptor))

    def open(self, name: str, flags: int = os.O_RDONLY) -> int:
        """Open a regular file; the caller closes the descriptor."""
        with _refused(name):
            descriptor = os.open(name, flags | _FILE, 0o644, dir_fd=self._descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ArtifactError(f"{quoted(name)} in the store is not a regular file")
        return descriptor

    def read(self, name: str) -> bytes:
        """The content of a small file."""
        with os.fdopen(self.open(name), "rb") as file:
            return file.read()

    @contextmanager
    def temporary(self) -> Iterator[str]:
        """The name of a file that may be written and is gone afterwards, unless it was moved."""
        name = f".{os.getpid()}-{next(_numbers)}.new"
        try:
            yield name
        finally:
            self.remove(name)

    def write(self, name: str, content: bytes) -> None:
        """Write a file: it appears whole or not at all. Readers see the old content or the new one."""
        with self.temporary() as new:
            with os.fdopen(self.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
                file.write(content)
            self.move(new, name)

    def move(self, name: str, to: str) -> None:
        """Rename a file within this folder, over what is there."""
        os.rename(name, to, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there; of a link, the link."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._descriptor)

    def names(self) -> list[str]:
        """What is in the folder, sorted."""
        with os.scandir(self._descriptor) as entries:
            return sorted(entry.name for entry in entries)


def open_root(path: Path, *, create: bool = False) -> Folder:
    """Open the root of a store: the only place where links are followed, for it is the user's choice."""
    if create:
        path.mkdir(parents=True, exist_ok=True)
    return Folder(os.open(path, _FOLDER))


@contextmanager
def _refused(name: str) -> Iterator[None]:
    """Say clearly what open(2) says with ELOOP, ENOTDIR and the like."""
    try:
        yield
    except (FileNotFoundError, FileExistsError, PermissionError):
        raise
    except OSError as error:
        reason = "a link or not what it should be"
        raise ArtifactError(f"{quoted(name)} in the store is {reason} ({error.strerror})") from None
