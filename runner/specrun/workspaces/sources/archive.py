"""`archive`: a tar or zip file, beside the specs or at a URL, pinned by its SHA-256."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.workspaces.sources.base import Place, SourceError, Tree, is_url, public
from specrun.workspaces.sources.download import download
from specrun.workspaces.sources.store import store, stored
from specrun.workspaces.sources.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Callable

    from specrun.spec.models.project import Source


def locate(source: Source, place: Place) -> Tree | None:
    """The unpacked archive from the cache, or from a file on this machine."""
    kept = locate_unpacked(str(source.sha256), place)
    if kept is None and not is_url(str(source.archive)):
        return fetch(source, place)
    return kept


def fetch(source: Source, place: Place) -> Tree:
    """The unpacked archive; it is read or downloaded if it is not in the cache.

    Raises SourceError if it is not there, has another checksum, or is no archive that may be unpacked.
    """
    location = str(source.archive)

    def bring(file: Path) -> Path:
        if is_url(location):
            download(location, file)
            return file
        return place.base / location

    return keep_unpacked(public(location), str(source.sha256), place, bring)


def locate_unpacked(sha256: str, place: Place) -> Tree | None:
    """The unpacked archive with this checksum, if it is in the cache."""
    return stored(_folder(sha256, place))


def keep_unpacked(name: str, sha256: str, place: Place, bring: Callable[[Path], Path]) -> Tree:
    """Unpack an archive into the cache unless it is there.

    `bring` returns the archive's file; it gets a path where it may put it. The checksum is compared before
    anything is unpacked. `name` is for messages. Raises SourceError.
    """

    def build(tree: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="specrun-archive-") as temporary:
            file = bring(Path(temporary) / "archive")
            _check(name, file, sha256)
            unpack(file, tree)

    return store(_folder(sha256, place), build)


def _folder(sha256: str, place: Place) -> Path:
    return place.cache / "sources" / "archive" / sha256


def _check(name: str, file: Path, sha256: str) -> None:
    try:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(
            f"cannot read the archive {name}: {error.strerror}; paths are relative to the spec"
        ) from error
    if found != sha256:
        raise SourceError(
            f"the archive {name} has another checksum: its sha256 is {found}, the spec says {sha256}; "
            f"it was replaced, or the spec is wrong"
        )
