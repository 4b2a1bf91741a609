"""Reading a patch for grading: what of it is allowed, and what each file was before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.graders.source_lines import line_count
from specrun.measure.inline_tests import inline_test_lines
from specrun.measure.line_map import LineMap
from specrun.measure.patched import FileChange, Patched
from specrun.measure.paths import Matcher
from specrun.spec.models.common import Paths
from specrun.workspaces.base import Change
from specrun.workspaces.changes import Counterpart, applied
from specrun.workspaces.files import read_contained
from specrun.workspaces.patch import FILE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from specrun.workspaces.delivery import Delivered

PROTECTED, SOURCE, ELSEWHERE = "protected", "source", "not among the files that may be written"
IN_PLACE = "in the place of a file that is left as it was"


class Texts(msgspec.Struct, frozen=True):
    """The files of a project before and after a patch."""

    base: Path
    changes: dict[str, Change]
    """Every path that the patch changes."""
    paths: Paths

    def before(self, path: str) -> bytes | None:
        """A file of the base; None if it has none."""
        return read_contained(self.base, path, FILE_LIMIT)

    def after(self, path: str) -> bytes | None:
        """A file of the patched tree; None if it has none."""
        if path in self.changes:
            change = self.changes[path]
            return None if change.mode in (None, "120000") else change.content
        return self.before(path)

    def inline_before(self, path: str) -> frozenset[int]:
        """The lines of a source file of the base that are tests."""
        return self._inline(self.before(path))

    def inline_after(self, path: str) -> frozenset[int]:
        """The lines of a source file of the patched tree that are tests."""
        return self._inline(self.after(path))

    def _inline(self, content: bytes | None) -> frozenset[int]:
        if self.paths.inline_tests is None or content is None:
            return frozenset()
        return inline_test_lines(content.decode("utf-8", "replace"), self.paths.inline_tests)


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """A patch as it is graded: without what the agent was not to touch."""

    allowed: tuple[Change, ...]
    counterparts: tuple[Counterpart, ...]
    """The files of the allowed part, before and after, sorted by the path after."""
    refused: dict[str, str]
    """Each path that is left out, to the reason."""
    inline_lines: dict[str, int]
    """Of the source files in which only tests were changed: how many lines were added and deleted."""
    texts: Texts

    def patched(self) -> Patched:
        """Where the lines of the base are in the graded tree."""
        return Patched(
            [change for pair in self.counterparts for change in _file_changes(pair)],
            Matcher(self.texts.paths),
            lambda path: line_count(self.texts.base, path),
            inline_before=self.texts.inline_before,
            inline_after=self.texts.inline_after,
        )


def collect(delivered: Delivered, diff: bytes, paths: Paths, may_write: Callable[[str], bool]) -> Collected:
    """Apply a patch beside every workspace and sort it out. Raises OSError if it does not apply.

    A file is refused if it is protected or must not be written, except where only tests inside of a source
    file were changed.
    """
    matcher = Matcher(paths)
    with applied(delivered, diff) as patch:
        changes = {change.path: change for change in patch.changes()}
        whole = Texts(delivered.worktree, changes, paths)
        inline = dict(_inline_changes(patch.counterparts(), whole))
        refused = {
            path: reason
            for path in changes
            if (reason := _refusal(path, matcher, writable=path in inline or may_write(path)))
        }
        refused |= dict.fromkeys(_in_place(changes, refused, delivered.worktree), IN_PLACE)
        patch.leave_out(refused)
        allowed = {path: change for path, change in changes.items() if path not in refused}
        return Collected(
            allowed=tuple(allowed.values()),
            counterparts=patch.counterparts(),
            refused={readable(path): reason for path, reason in refused.items()},
            inline_lines=inline,
            texts=Texts(delivered.worktree, allowed, paths),
        )


def readable(path: str) -> str:
    """A path as records and reports have it: bytes that are not UTF-8 read `\\xNN`."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _refusal(path: str, matcher: Matcher, *, writable: bool) -> str | None:
    if matcher.protected(path):
        return PROTECTED
    if writable:
        return None
    return SOURCE if matcher.kind(path) == "source" else ELSEWHERE


def _in_place(changes: Collection[str], refused: Collection[str], base: Path) -> Iterator[str]:
    """Files that cannot be where what is refused stays: a file became a folder, or a folder a file."""
    kept = {path for path in refused if (base / path).is_symlink() or (base / path).is_file()}
    folders = {folder for path in kept for folder in _folders(path)}
    for path in changes:
        if path not in refused and (path in folders or not kept.isdisjoint(_folders(path))):
            yield path


def _folders(path: str) -> Iterator[str]:
    """Every folder that a path goes through."""
    while path := path.rpartition("/")[0]:
        yield path


def _inline_changes(pairs: tuple[Counterpart, ...], texts: Texts) -> Iterator[tuple[str, int]]:
    """The source files in which nothing but tests was changed, each with how many lines that are."""
    if texts.paths.inline_tests is None:
        return
    for pair in pairs:
        path = pair.before
        if path is None or path != pair.after or not pair.hunks:
            continue
        before = _source_lines(texts.before(path), texts.inline_before(path))
        if before == _source_lines(texts.after(path), texts.inline_after(path)):
            yield path, sum(hunk.old_count + hunk.new_count for hunk in pair.hunks)


def _source_lines(content: bytes | None, inline: frozenset[int]) -> list[bytes]:
    """The lines of a file, with their ends, that are no tests."""
    lines = (content or b"").split(b"\n")
    ended = [*(line + b"\n" for line in lines[:-1]), *filter(None, lines[-1:])]
    return [line for number, line in enumerate(ended, 1) if number not in inline]


def _file_changes(pair: Counterpart) -> list[FileChange]:
    """What became of the lines of a file. Where it is not text on both sides, none of them is left."""
    if pair.hunks is not None:
        return [FileChange(pair.before, pair.after, LineMap(pair.hunks))]
    sides = [FileChange(pair.before, None), FileChange(None, pair.after)]
    return [change for change in sides if change.before is not None or change.after is not None]
