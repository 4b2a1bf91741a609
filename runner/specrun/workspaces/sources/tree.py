"""The files of a source tree and the digest of their content.

Paths are bytes here, because a hostile tree may hold names that are not UTF-8, and for speed.
"""

# ruff: noqa: PTH115, PTH118, PTH120, PTH123

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING, Literal

import msgspec

from specrun.workspaces.sources.base import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEFT_OUT = frozenset({".git", "__pycache__", ".coverage", ".pytest_cache"})
"""Names that are never part of a source, wherever they stand; nor is `node_modules/.cache`."""

_CHUNK = 1024 * 1024


class Entry(msgspec.Struct, frozen=True):
    """A file or link of a tree. `path` is relative, in bytes as the system names it, with `/` between."""

    path: bytes
    kind: Literal["file", "link"]
    executable: bool


def entries(folder: Path) -> list[Entry]:
    """The files and links of a tree, sorted by path. An empty folder does not count, as in git.

    Raises SourceError if something is neither file, folder nor link, or if a link leaves the tree.
    """
    root = os.path.realpath(os.fsencode(folder))
    try:
        return sorted(_walk(root), key=lambda entry: entry.path)
    except OSError as error:
        raise SourceError(f"cannot list the source tree: {error.strerror}") from error


def tree_digest(folder: Path) -> str:
    """SHA-256 over path, kind, executable bit and content (or link target) of every entry, in hexadecimal.

    It does not depend on times, owners, umask, empty folders or the order of the file system.
    Raises SourceError as `entries` does, and if a file cannot be read.
    """
    root = os.path.realpath(os.fsencode(folder))
    digest = hashlib.sha256()
    for entry in entries(folder):
        path = os.path.join(root, entry.path)
        try:
            content = os.readlink(path) if entry.kind == "link" else _file_digest(path)
        except OSError as error:
            raise SourceError(f"cannot read {os.fsdecode(entry.path)!r}: {error.strerror}") from error
        head = b"%s %d %d %d\n" % (entry.kind.encode(), entry.executable, len(entry.path), len(content))
        digest.update(head + entry.path + content)
    return digest.hexdigest()


def _walk(root: bytes) -> Iterator[Entry]:
    pending = [b""]
    while pending:
        prefix = pending.pop()
        with os.scandir(os.path.join(root, prefix)) as found:
            for item in found:
                path = prefix + item.name
                if (
                    item.name.lower() == b".git"
                    or os.fsdecode(item.name) in LEFT_OUT
                    or path.endswith(b"node_modules/.cache")
                ):
                    continue
                if item.is_dir(follow_symlinks=False):
                    pending.append(path + b"/")
                else:
                    yield _entry(root, path, item.stat(follow_symlinks=False).st_mode)


def _entry(root: bytes, path: bytes, mode: int) -> Entry:
    if stat.S_ISREG(mode):
        return Entry(path, "file", executable=bool(mode & stat.S_IXUSR))
    if not stat.S_ISLNK(mode):
        raise SourceError(f"{os.fsdecode(path)!r} is neither a file, a folder nor a link: remove it")
    _check_link(root, os.path.join(root, path), path)
    return Entry(path, "link", executable=False)


def _check_link(root: bytes, full: bytes, path: bytes) -> None:
    """Refuse a link whose target is outside, by its words or once every link on its way is followed."""
    target = os.readlink(full)
    spelled = os.path.normpath(os.path.join(os.path.dirname(path), target))
    real = os.path.realpath(full)
    inside = real == root or real.startswith(root + b"/")
    if target.startswith(b"/") or spelled.split(b"/", 1)[0] == b".." or not inside:
        raise SourceError(
            f"the link {os.fsdecode(path)!r} leaves the source tree: it points to {os.fsdecode(target)!r}"
        )


def _file_digest(path: bytes) -> bytes:
    with open(path, "rb", buffering=0) as file:
        chunk = file.read(_CHUNK)
        digest = hashlib.sha256(chunk)
        while len(chunk) == _CHUNK:
            chunk = file.read(_CHUNK)
            digest.update(chunk)
        return digest.digest()
