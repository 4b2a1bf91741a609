"""What each file of a project is: source, test, ignored or other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from specrun.spec.models.common import Paths

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Kind = Literal["source", "test", "ignored", "other"]


class Matcher:
    """Sorts paths by a project's globs, which mean what they mean in a .gitignore."""

    def __init__(self, paths: Paths) -> None:
        """Raise ValueError if a glob is not valid."""
        self._kinds: tuple[tuple[Kind, GitIgnoreSpec], ...] = (
            ("ignored", _spec(paths.ignore)),
            ("test", _spec(paths.tests)),
            ("source", _spec(paths.source)),
        )
        self._protected = _spec(paths.protected)

    def kind(self, path: str) -> Kind:
        """Say what a file is; `path` is relative to the project. Ignored beats test, test beats source."""
        return next((kind for kind, spec in self._kinds if spec.match_file(_utf8(path))), "other")

    def protected(self, path: str) -> bool:
        """Whether an agent may not add or change this file."""
        return self._protected.match_file(_utf8(path))


def matches(globs: Iterable[str]) -> Callable[[str], bool]:
    """Make what says whether a path matches one of the globs. Raises ValueError if one is not valid."""
    spec = _spec(globs)
    return lambda path: spec.match_file(_utf8(path))


def literal_glob(path: str) -> str:
    """The glob that matches this path and nothing else."""
    return "/" + re.sub(r"([\\*?\[\]!#\s])", r"\\\1", path)


def _spec(globs: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # slow to import

    return GitIgnoreSpec.from_lines(globs)


def _utf8(path: str) -> str:
    """Make a path that came from odd bytes fit for the matching engine, which takes UTF-8 only."""
    return path.encode("utf-8", "replace").decode("utf-8")
