"""A patch, file by file: what each path becomes, and which lines of the base are where afterwards."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from specrun.measure.line_map import Hunk, parse_hunks
from specrun.workspaces.base import Change
from specrun.workspaces.git import git
from specrun.workspaces.scratch_repository import STYLE, scratch_repository

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from specrun.workspaces.delivery import Delivered

_NOTHING = b"0" * 40
_LINK = b"120000"


class Counterpart(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the base and after a patch. Only text has `hunks`; a renamed file has two paths."""

    before: str | None
    after: str | None
    hunks: tuple[Hunk, ...] | None


class _Entry(msgspec.Struct, frozen=True):
    """One line of a raw diff (git-diff(1), "Raw output format")."""

    old_mode: bytes
    new_mode: bytes
    old_blob: bytes
    new_blob: bytes
    old_path: bytes
    new_path: bytes


class Applied:
    """A patch that was applied to the delivered commit. Made by `applied`."""

    def __init__(self, git_dir: Path, delivered: Delivered) -> None:
        self._git_dir = git_dir
        self._commit = delivered.commit

    def changes(self) -> tuple[Change, ...]:
        """What every changed path becomes, by path. A renamed file is one that goes and one that comes."""
        entries = self._entries("--no-renames")
        blobs = [entry.new_blob for entry in entries if entry.new_blob != _NOTHING]
        contents = dict(zip(blobs, self._contents(blobs), strict=True))
        return tuple(
            Change(
                path=os.fsdecode(entry.new_path),
                mode=None if entry.new_blob == _NOTHING else entry.new_mode.decode(),  # type: ignore[arg-type]
                content=contents.get(entry.new_blob, b""),
            )
            for entry in entries
        )

    def leave_out(self, paths: Collection[str]) -> None:
        """Take what the patch does to these paths back."""
        back = [
            b"%s %s\t%s\0"
            % (entry.old_mode if entry.old_blob != _NOTHING else b"0", entry.old_blob, entry.old_path)
            for entry in self._entries("--no-renames")
            if os.fsdecode(entry.new_path) in paths
        ]
        git("update-index", "-z", "--index-info", git_dir=self._git_dir, stdin=b"".join(back))

    def counterparts(self) -> tuple[Counterpart, ...]:
        """Every changed file with its lines; renames as git finds them (at least half is the same)."""
        return tuple(self._counterpart(entry) for entry in self._entries("--find-renames"))

    def _counterpart(self, entry: _Entry) -> Counterpart:
        return Counterpart(
            before=None if entry.old_blob == _NOTHING else os.fsdecode(entry.old_path),
            after=None if entry.new_blob == _NOTHING else os.fsdecode(entry.new_path),
            hunks=self._hunks(entry),
        )

    def _hunks(self, entry: _Entry) -> tuple[Hunk, ...] | None:
        """Where lines differ; None where a side is a link or binary, which has no lines."""
        if _LINK in (entry.old_mode, entry.new_mode):
            return None
        if entry.old_blob == entry.new_blob:
            return ()
        blobs = (self._or_empty(entry.old_blob), self._or_empty(entry.new_blob))
        diff = git("diff", *STYLE, "--unified=0", *blobs, git_dir=self._git_dir)
        return None if b"\nBinary files " in diff else parse_hunks(diff)

    def _or_empty(self, blob: bytes) -> str:
        if blob != _NOTHING:
            return blob.decode()
        return git("hash-object", "-w", "--stdin", git_dir=self._git_dir).decode().strip()

    def _entries(self, renames: str) -> list[_Entry]:
        diff = git(
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--abbrev=40",
            renames,
            self._commit,
            git_dir=self._git_dir,
        )
        return sorted(_raw(diff), key=lambda entry: entry.new_path)

    def _contents(self, blobs: list[bytes]) -> Iterator[bytes]:
        """The content of each blob, in their order (git-cat-file(1), "Batch output")."""
        out = git(
            "cat-file", "--batch", git_dir=self._git_dir, stdin=b"".join(blob + b"\n" for blob in blobs)
        )
        at = 0
        for _ in blobs:
            end = out.index(b"\n", at)
            size = int(out[at:end].rsplit(b" ", 1)[1])
            yield out[end + 1 : end + 1 + size]
            at = end + 1 + size + 1


@contextmanager
def applied(delivered: Delivered, diff: bytes) -> Iterator[Applied]:
    """Apply a patch to the delivered commit, beside every workspace. Raises OSError if it does not apply."""
    with scratch_repository(delivered) as git_dir:
        if diff:
            git("apply", "--cached", "--whitespace=nowarn", "-", git_dir=git_dir, stdin=diff)
        yield Applied(git_dir, delivered)


def _raw(diff: bytes) -> Iterator[_Entry]:
    """The entries of `--raw -z`: `:modes blobs status NUL path NUL`, with two paths for a rename."""
    fields = iter(diff.split(b"\0")[:-1])
    for head in fields:
        old_mode, new_mode, old_blob, new_blob, status = head[1:].split(b" ")
        old_path = next(fields)
        new_path = next(fields) if status[:1] == b"R" else old_path
        yield _Entry(old_mode, new_mode, old_blob, new_blob, old_path, new_path)
