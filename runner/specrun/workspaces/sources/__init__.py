"""Where projects come from: a folder, a git commit, an archive, or a source distribution from PyPI.

A source is always pinned, so what has been fetched once is used without the network ever after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.workspaces.sources import archive, git, path, pypi
from specrun.workspaces.sources.base import Place, SourceError, SourceType, Tree, public
from specrun.workspaces.sources.tree import LEFT_OUT, Entry, entries, tree_digest

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.models.project import Source

TYPES: dict[str, SourceType] = {"path": path, "git": git, "archive": archive, "pypi": pypi}
"""The types of source, by the key of the spec that names them."""


def locate(source: Source, base: Path, root: Path, cache: Path) -> Tree | None:
    """The source as it is on this machine; None if it must be fetched first. Never uses the network.

    `base` is the folder of the spec, `root` the folder that a `path` source must not leave, `cache` specrun's
    cache folder. A git repository or archive that is itself on this machine is brought into the cache.
    Raises SourceError if fetching would not help: not there, another checksum, unsafe content.
    """
    return _type(source).locate(source, Place(base, root, cache))


def fetch(source: Source, base: Path, root: Path, cache: Path) -> Tree:
    """The source, brought into the cache if it is not there, over the network if need be.

    Raises SourceError, or FetchError if the cache cannot be written.
    """
    return _type(source).fetch(source, Place(base, root, cache))


def not_fetched(source: Source) -> str:
    """What to tell the user when `locate` gave None."""
    location = source.pypi or source.archive or source.git or ""
    return f"{public(location)} is not in the cache: run `specrun fetch SPEC`"


def _type(source: Source) -> SourceType:
    return next(kind for key, kind in TYPES.items() if getattr(source, key) is not None)


__all__ = [
    "LEFT_OUT",
    "TYPES",
    "Entry",
    "SourceError",
    "Tree",
    "entries",
    "fetch",
    "locate",
    "not_fetched",
    "tree_digest",
]
