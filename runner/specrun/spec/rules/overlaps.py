"""Places that cannot all be there: two of the same path, or one inside of the other."""

from __future__ import annotations

import posixpath
from typing import Generic, TypeVar

Owner = TypeVar("Owner")


class Places(Generic[Owner]):
    """Paths of files and folders, each with its owner, of which none may hold another."""

    def __init__(self) -> None:
        self._owners: dict[str, Owner] = {}
        self._above: dict[str, str] = {}
        """Every folder above a path, to one path below it."""

    def add(self, path: str, owner: Owner) -> tuple[str, str, Owner] | None:
        """Take a path in. If it collides, it is not taken: how, with which path, and whose."""
        path = posixpath.normpath(path)
        folders = _folders(path)
        for folder in folders:
            if folder in self._owners:
                return "lies inside of", folder, self._owners[folder]
        if path in self._owners:
            return "is the same place as", path, self._owners[path]
        if path in self._above:
            below = self._above[path]
            return "is around", below, self._owners[below]
        self._owners[path] = owner
        for folder in folders:
            self._above.setdefault(folder, path)
        return None

    def __contains__(self, path: str) -> bool:
        return posixpath.normpath(path) in self._owners


def _folders(path: str) -> list[str]:
    """The folders around a path, the outermost first."""
    return [path[:index] for index, letter in enumerate(path) if letter == "/" and index]
