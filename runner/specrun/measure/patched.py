"""A project's source at its base revision, and what a patch made of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

import msgspec

from specrun.measure.arithmetic import within
from specrun.measure.line_map import UNCHANGED, LineMap
from specrun.measure.paths import Matcher


class FileChange(msgspec.Struct, frozen=True):
    """What a patch did to one file. `before` is None for a new file, `after` for one that is gone.

    They differ for a renamed file. The hunks of a new file make all its lines added ones.
    """

    before: str | None
    after: str | None
    lines: LineMap = UNCHANGED


def no_lines(path: str) -> Container[int]:  # noqa: ARG001 - every path is alike
    """Say that a file has no inline tests: the tests of most projects are in files of their own."""
    return ()


class Patched:
    """Finds the lines of the base revision's source that are still there after a patch.

    Lines inside inline tests are no source, and a file that the patch made into anything but source is gone.
    """

    def __init__(
        self,
        changes: Iterable[FileChange],
        matcher: Matcher,
        length: Callable[[str], int | None],
        *,
        inline_before: Callable[[str], Container[int]] = no_lines,
        inline_after: Callable[[str], Container[int]] = no_lines,
    ) -> None:
        """`length` gives how many lines a file of the base revision has, None if there is no such file.

        `inline_before` and `inline_after` give a file's lines inside inline tests, by its path and in its
        numbers in the base revision or in the patched tree.
        Raises ValueError if two changes are about the same file.
        """
        self._changes = tuple(changes)
        self._by_before = {change.before: change for change in self._changes if change.before is not None}
        self._by_after = {change.after: change for change in self._changes if change.after is not None}
        sides = sum((change.before is not None) + (change.after is not None) for change in self._changes)
        if sides != len(self._by_before) + len(self._by_after):
            raise ValueError("two changes are about the same file")
        self._matcher = matcher
        self._length = length
        self._inline_before = inline_before
        self._inline_after = inline_after

    def edited(self) -> Iterable[tuple[str, LineMap]]:
        """Name the files that were changed or added and are not ignored ones, sorted by path."""
        for path, change in sorted(self._by_after.items()):
            if self._matcher.kind(path) != "ignored":
                yield path, change.lines

    def change(self, path: str) -> FileChange:
        """Say what became of a file of the base revision."""
        return self._by_before.get(path) or FileChange(path, path)

    def origin(self, path: str) -> str | None:
        """Return what a file of the patched tree was called before; None if it is new."""
        return self._by_after[path].before if path in self._by_after else path

    def is_source(self, path: str) -> bool:
        """Whether the base revision has this file and it is source."""
        return self._matcher.kind(path) == "source" and self._length(path) is not None

    def base_line(self, path: str) -> Callable[[int], int | None]:
        """Make what returns a line of the base revision's `path` if it counts, and None otherwise."""
        length, inline = self._length(path) or 0, self._inline_before(path)
        return lambda line: None if line in inline else within(length, line)

    def new_line(self, path: str) -> Callable[[int], int | None]:
        """Make what gives the new number of a line of the base revision's `path`; None if it is gone."""
        change = self.change(path)
        if change.after is None or self._matcher.kind(change.after) != "source":
            return lambda _: None
        inline = self._inline_after(change.after)

        def new(line: int) -> int | None:
            number = change.lines.new(line)
            return None if number in inline else number

        return new

    def old_line(self, path: str) -> Callable[[int], int | None]:
        """Make what gives a new line the number that it had in the base revision's `path`, if it counts."""
        base, new, lines = self.base_line(path), self.new_line(path), self.change(path).lines

        def old(line: int) -> int | None:
            number = lines.old(line)
            return None if number is None or new(number) is None else base(number)

        return old
