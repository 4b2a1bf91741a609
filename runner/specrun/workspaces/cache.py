"""The user's cache folder: what is fetched or built once and then shared by every run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PARTIAL = ".partial-"
"""How the name of a folder starts that is still being built; one without a living builder is rubbish."""


class FetchError(Exception):
    """What is needed cannot be brought into the cache. The message is one line: what, why, what to do."""


def cache_dir() -> Path:
    """The cache folder: `$SPECRUN_CACHE`, else the user's usual place. It is made if it is missing (0700).

    Raises FetchError if it cannot be made.
    """
    import platformdirs

    folder = Path(os.environ.get("SPECRUN_CACHE") or platformdirs.user_cache_dir("specrun")).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FetchError(
            f"cannot make the cache folder {folder}: {error.strerror}; set SPECRUN_CACHE to a folder"
        ) from error
    return folder


def populate(final: Path, build: Callable[[Path], None]) -> Path:
    """Return the folder `final`, which `build` fills if it does not exist yet.

    `build` gets an empty sibling that is renamed when it is complete, so `final` is whole whenever it exists.
    Several processes may do this at once: the first to finish wins and the others drop their copy. If
    `build` raises, nothing is left behind. Raises FetchError if it cannot be written.

    It does not wait for the disk, which could take minutes where others write much: sources are hashed at
    each use, and tools that a loss of power damaged fail the oracle, so that their cases do not count.
    """
    if final.is_dir():
        return final
    try:
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=final.parent))
        try:
            build(partial)
            partial.rename(final)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        if not final.is_dir():
            raise FetchError(f"cannot fill the cache folder {final.parent}: {error}") from error
    return final
