"""A read-only view of the project: its files, as far as they are regular, few and small enough."""

from __future__ import annotations

import os
import re
import stat
from functools import cached_property
from pathlib import Path, PurePosixPath

MAX_FILES = 20_000
MAX_BYTES = 1024 * 1024
SKIPPED_FOLDERS = re.compile(
    r"\.git|\.hg|\.svn|\.tox|\.nox|\.venv|venv|node_modules|__pycache__|build|dist|target|.*\.egg-info|\.eggs"
)


class Tree:
    """The files of a project. Links are not followed; what cannot be read is as if it were empty."""

    def __init__(self, root: Path, ignore: str) -> None:
        self.root = root
        self.ignore = ignore

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths of the regular files, relative and sorted, of the folders that hold source."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not SKIPPED_FOLDERS.fullmatch(name))
            for name in sorted(names):
                path = Path(folder, name)
                if path.relative_to(self.root).as_posix() != self.ignore and _is_regular(path):
                    found.append(path.relative_to(self.root).as_posix())
            if len(found) >= MAX_FILES:
                break
        return tuple(sorted(found)[:MAX_FILES])

    def named(self, *patterns: str) -> tuple[str, ...]:
        """The files whose name matches one of the patterns (`test_*.py`)."""
        return tuple(path for path in self.files if any(PurePosixPath(path).match(p) for p in patterns))

    def has(self, path: str) -> bool:
        """Whether there is a regular file at this path."""
        return _is_regular(self.root / path)

    def read(self, path: str) -> str:
        """The text of a file; empty if it is missing, unreadable, too large or a link."""
        try:
            file = self.root / path
            if not _is_regular(file) or file.stat().st_size > MAX_BYTES:
                return ""
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
