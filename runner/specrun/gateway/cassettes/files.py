"""Opening what belongs to a cassette: regular files and folders, never through a link."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from itertools import islice
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.model import CassetteError
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 * 1024**2
"""Bytes of a file of a cassette."""

_SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1024**2


def open_file(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a regular file of at most `LARGEST` bytes; the caller closes the descriptor.

    Raises CassetteError for a link, a pipe and the like, and OSError.
    """
    try:
        descriptor = os.open(path, flags | _SAFE, 0o644)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _is_link(path) from None
        raise
    status = os.fstat(descriptor)
    reason = None
    if not stat.S_ISREG(status.st_mode):
        reason = "this is not a regular file"
    elif status.st_size > LARGEST:
        reason = f"the file is larger than {LARGEST // 1024**2} MiB"
    if reason is None:
        return descriptor
    os.close(descriptor)
    raise CassetteError(f"{path}: {reason}")


def read_file(path: Path) -> bytes:
    """The content of a file of a cassette, and not more than `LARGEST` bytes. Raises CassetteError."""
    try:
        with os.fdopen(open_file(path), "rb") as file:
            return file.read(LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        raise CassetteError(f"{path}: no such file") from None
    except OSError as error:
        reason = quoted(error.strerror or "unknown error")
        raise CassetteError(f"{path}: the file cannot be read: {reason}") from None


def digest_file(path: Path) -> str:
    """The SHA-256 of a file of a cassette, which is not held in memory. Raises CassetteError and OSError."""
    found = hashlib.sha256()
    with os.fdopen(open_file(path), "rb") as file:
        for chunk in islice(iter(lambda: file.read(_CHUNK), b""), LARGEST // _CHUNK):
            found.update(chunk)
    return found.hexdigest()


def refuse_links(folder: Path, above: int = 0) -> None:
    """Raise CassetteError if a folder, or one of as many `above` it, is a link. What is not there is none."""
    for place in (folder, *islice(folder.parents, above)):
        if place.is_symlink():
            raise _is_link(place)


def _is_link(path: Path) -> CassetteError:
    return CassetteError(f"{path}: is a link, and cassettes are neither read nor written through links")
