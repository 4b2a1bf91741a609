"""The part of the cache where fetched sources are: each a folder `tree` with its digest beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.workspaces.cache import populate
from specrun.workspaces.sources.base import SourceError, Tree
from specrun.workspaces.sources.tree import tree_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def stored(folder: Path) -> Tree | None:
    """The tree that is kept in `folder`; None if there is none.

    Raises SourceError if its content is no longer what was fetched.
    """
    if not folder.is_dir():
        return None
    tree = Tree(folder / "tree", tree_digest(folder / "tree"))
    if (folder / "digest").read_text() != tree.digest:
        raise SourceError(f"the cached source {folder} was changed: remove it and run `specrun fetch SPEC`")
    return tree


def store(folder: Path, build: Callable[[Path], None]) -> Tree:
    """Keep the tree that `build` makes as `folder`; `build` gets a path that does not exist yet.

    Raises SourceError as `build` and `tree_digest` do, FetchError if the cache cannot be written.
    """

    def build_all(partial: Path) -> None:
        build(partial / "tree")
        (partial / "digest").write_text(tree_digest(partial / "tree"))

    kept = stored(populate(folder, build_all))
    if kept is None:
        raise SourceError(f"the cached source {folder} vanished: run `specrun fetch SPEC`")
    return kept
