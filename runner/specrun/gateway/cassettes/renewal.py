"""Recording a cassette anew: the old one stays until the new one is whole, whoever is killed meanwhile."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.files import open_file, refuse_links
from specrun.gateway.cassettes.model import FILE, CassetteError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NEW, _OLD = ".recording", ".old"


@contextmanager
def renewed_folder(folder: Path) -> Iterator[Path]:
    """An empty folder, which takes the place of `folder` at the end, unless an exception ends it.

    Raises CassetteError if another process is at it, and OSError.
    """
    if not clear(folder):
        raise CassetteError(f"{folder / FILE}: is being recorded by another process")
    new, old = (_beside(folder, kind) for kind in (_NEW, _OLD))
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    refuse_links(folder)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def clear(folder: Path) -> bool:
    """Take away what a killed recording left beside a cassette, and put back what it had moved.

    Returns False if a recording is not over: it is left alone. Raises CassetteError for links.
    """
    new, old = (_beside(folder, kind) for kind in (_NEW, _OLD))
    for place in (folder, new, old):
        refuse_links(place)
    if _is_busy(new):
        return False
    if old.exists() and not folder.exists():
        old.rename(folder)
    for place in (new, old):
        shutil.rmtree(place, ignore_errors=True)
    return True


def is_left(folder: Path) -> bool:
    """Whether a folder is no cassette, but what a recording makes on its way to one."""
    return folder.name.startswith(".") and folder.name.endswith((_NEW, _OLD))


def _beside(folder: Path, kind: str) -> Path:
    return folder.with_name(f".{folder.name}{kind}")


def _is_busy(folder: Path) -> bool:
    """Whether somebody who is alive records into a folder."""
    try:
        descriptor = open_file(folder / FILE)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
