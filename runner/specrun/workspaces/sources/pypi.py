"""`pypi`: the source distribution of a release, pinned by its SHA-256.

pip is not asked to download it: it would run the package's own build code on this machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.workspaces.sources.archive import keep_unpacked, locate_unpacked
from specrun.workspaces.sources.base import Place, SourceError, Tree, public
from specrun.workspaces.sources.download import download
from specrun.workspaces.sources.index import IndexFile, index_url, project_files

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.models.project import Source


def locate(source: Source, place: Place) -> Tree | None:
    """The unpacked source distribution, if it is in the cache."""
    return locate_unpacked(str(source.sha256), place)


def fetch(source: Source, place: Place) -> Tree:
    """The unpacked source distribution; it is downloaded if it is not in the cache.

    Raises SourceError if there is none in the index or if its checksum is another.
    """

    def bring(file: Path) -> Path:
        download(_find(str(source.pypi), str(source.sha256)).url, file)
        return file

    return keep_unpacked(str(source.pypi), str(source.sha256), place, bring)


def _find(release: str, sha256: str) -> IndexFile:
    """The source distribution of `name==version`, by preference the one with the pinned checksum."""
    from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
    from packaging.version import InvalidVersion, Version

    name, _, version = release.partition("==")
    index = index_url()
    try:
        wanted = (canonicalize_name(name), Version(version))
    except InvalidVersion as error:
        raise SourceError(f"{release} has no valid version: correct the spec") from error
    found = []
    for file in project_files(wanted[0], index):
        try:
            if parse_sdist_filename(file.name) == wanted:
                found.append(file)
        except InvalidSdistFilename:
            continue
    if not found:
        raise SourceError(f"{public(index)} has no source distribution of {release}: correct the spec")
    return next((file for file in found if file.sha256 == sha256), found[0])
