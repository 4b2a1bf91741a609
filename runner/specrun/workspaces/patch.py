"""What was changed in a workspace. Its `.git` has no say: files are read one by one and compared by hash."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import zlib
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from specrun.workspaces.base import ChangedFile, Patch
from specrun.workspaces.files import read_regular
from specrun.workspaces.git import git
from specrun.workspaces.scratch_repository import STYLE, commit_of, scratch_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from specrun.workspaces.delivery import Delivered

FILE_LIMIT = 64 * 1024**2
"""Largest file that a patch may hold, in bytes."""
PATCH_LIMIT = 256 * 1024**2
"""Most bytes that all changed files of a patch may hold together."""
_DEPTH_LIMIT = 200

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Change = Literal["added", "modified", "deleted", "type"]
_CHANGES: dict[str, Change] = {change[0].upper(): change for change in get_args(Change)}


class _Entry(msgspec.Struct, frozen=True):
    """A file as git knows it: its mode and the id of its content."""

    mode: bytes
    blob: bytes


_Entries = dict[bytes, _Entry]
"""Files by path."""


def compute_patch(
    delivered: Delivered | None, project: Path, ignore: tuple[str, ...], scratch: Path
) -> Patch:
    """Compare `project` with the delivered commit, or with nothing. Files that match `ignore` are left out.

    `scratch` is a folder on this side of the fence for temporary files. Embedded repositories are plain
    folders without their `.git`. Bytes of a name that are not UTF-8 read `\\xNN` in `files`.
    Raises ValueError if the changes are too large or too deep to be kept.
    """
    ignored = _matcher(ignore)
    with scratch_repository(delivered, scratch) as git_dir:
        base = commit_of(delivered)
        before = {path: entry for path, entry in _listed(git_dir, base) if not ignored(path)}
        after = _Snapshot(git_dir / "objects", before, ignored).take(project)
        changes = [
            *(b"0 %040d\t%s\0" % (0, path) for path in before if path not in after),
            *(b"%s %s\t%s\0" % (e.mode, e.blob, path) for path, e in after.items() if before.get(path) != e),
        ]
        git("update-index", "-z", "--index-info", git_dir=git_dir, stdin=b"".join(changes))
        return Patch(diff=_diff(git_dir, base, "--binary", "--unified=3"), files=_files(git_dir, base))


def _listed(git_dir: Path, base: str) -> Iterator[tuple[bytes, _Entry]]:
    for line in git("ls-tree", "-r", "-z", base, git_dir=git_dir).split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, blob = head.split()
        yield path, _Entry(mode, blob)


class _Snapshot:
    """Reads a work tree and keeps the content of what differs from `before` as loose git objects."""

    def __init__(self, objects: Path, before: _Entries, ignored: Callable[[bytes], bool]) -> None:
        self._objects = objects
        self._before = before
        self._ignored = ignored
        self._room = PATCH_LIMIT
        self._found: _Entries = {}

    def take(self, project: Path) -> _Entries:
        try:
            self._folder(os.open(project, _FOLDER), b"", 0)
        except PermissionError:
            # Permissions are the agent's to take away, and ours to take back.
            subprocess.run(["chmod", "-R", "u+rwX", project], stderr=subprocess.DEVNULL, check=False)
            self._folder(os.open(project, _FOLDER), b"", 0)
        return self._found

    def _folder(self, folder: int, prefix: bytes, depth: int) -> None:
        if depth > _DEPTH_LIMIT:
            os.close(folder)
            raise ValueError(f"folders are nested more than {_DEPTH_LIMIT} deep")
        try:
            for name in os.listdir(folder):
                path = prefix + os.fsencode(name)
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
                if name.lower() == ".git":
                    continue
                if stat.S_ISDIR(mode):
                    if not self._ignored(path + b"/"):
                        self._folder(os.open(name, _FOLDER, dir_fd=folder), path + b"/", depth + 1)
                elif not self._ignored(path):
                    self._file(folder, name, path, mode)
        finally:
            os.close(folder)

    def _file(self, folder: int, name: str, path: bytes, mode: int) -> None:
        if stat.S_ISLNK(mode):
            content: bytes | None = os.fsencode(os.readlink(name, dir_fd=folder))
            kind = b"120000"
        elif stat.S_ISREG(mode):
            content = read_regular(name, FILE_LIMIT, folder)
            kind = b"100755" if mode & 0o100 else b"100644"
        else:
            return
        if content is None:
            return
        # The format of a loose object: git's Documentation/user-manual, "Object storage format".
        whole = b"blob %d\0" % len(content) + content
        entry = _Entry(kind, hashlib.sha1(whole, usedforsecurity=False).hexdigest().encode())
        self._found[path] = entry
        if self._before.get(path) != entry:
            self._keep(entry.blob.decode(), whole)

    def _keep(self, blob: str, whole: bytes) -> None:
        self._room -= len(whole)
        if self._room < 0:
            raise ValueError(f"the changes are larger than {PATCH_LIMIT} bytes")
        file = self._objects / blob[:2] / blob[2:]
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(zlib.compress(whole, 1))


def _diff(git_dir: Path, base: str, *form: str) -> bytes:
    return git("diff-index", "--cached", "--no-renames", *STYLE, *form, base, git_dir=git_dir)


def _files(git_dir: Path, base: str) -> tuple[ChangedFile, ...]:
    raw = _diff(git_dir, base, "--raw", "-z").split(b"\0")[:-1]
    changes = {path: _CHANGES[head[-1:].decode()] for head, path in zip(raw[::2], raw[1::2], strict=True)}
    files = []
    for line in _diff(git_dir, base, "--numstat", "-z").split(b"\0")[:-1]:
        added, deleted, path = line.split(b"\t", 2)
        text = added != b"-"
        files.append(
            ChangedFile(
                path=_readable(path),
                change=changes[path],
                lines_added=int(added) if text else None,
                lines_deleted=int(deleted) if text else None,
            )
        )
    return tuple(sorted(files, key=lambda file: file.path))


def _matcher(patterns: tuple[str, ...]) -> Callable[[bytes], bool]:
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(patterns)
    return lambda path: spec.match_file(_readable(path))


def _readable(path: bytes) -> str:
    return path.decode(errors="backslashreplace")
