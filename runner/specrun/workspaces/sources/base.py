"""What every type of source is: something that gives a folder of files with a digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

import msgspec

from specrun.workspaces.cache import FetchError

if TYPE_CHECKING:
    from specrun.spec.models.project import Source


class SourceError(FetchError):
    """A source that cannot be had. The message is one line: what, why, and what to do about it."""


class Tree(msgspec.Struct, frozen=True):
    """A folder with a project's source, and the digest of its content (see `tree_digest`)."""

    path: Path
    digest: str


class Place(msgspec.Struct, frozen=True):
    """Where a source is looked for."""

    base: Path
    """The folder of the spec: relative paths start here."""
    root: Path
    """The folder that a `path` source must not leave."""
    cache: Path
    """specrun's cache folder."""


class SourceType(Protocol):
    """One way to name a source. Each is a module with these two functions."""

    def locate(self, source: Source, place: Place) -> Tree | None:
        """The source as it is on this machine; None if it must be fetched first. Never uses the network.

        Raises SourceError if fetching would not help.
        """

    def fetch(self, source: Source, place: Place) -> Tree:
        """The source, brought into the cache if it is not there. Raises SourceError."""


def is_url(location: str) -> bool:
    """Whether a location is a URL or git's `host:path`, and not a path on this machine."""
    return "://" in location or ":" in location.split("/", 1)[0]


def public(location: str) -> str:
    """The location as it may be shown: a URL without user, password, query and fragment."""
    if "://" not in location:
        return location
    try:
        parts = urlsplit(location)
    except ValueError:
        return "the URL"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
