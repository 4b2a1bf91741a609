"""`path`: a folder that stands beside the specs. It is used in place and pinned by its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.workspaces.sources.base import Place, SourceError, Tree
from specrun.workspaces.sources.tree import tree_digest

if TYPE_CHECKING:
    from specrun.spec.models.project import Source


def locate(source: Source, place: Place) -> Tree:
    """The folder. Raises SourceError if it is not there or not under the root."""
    folder = (place.base / str(source.path)).resolve()
    if not folder.is_relative_to(place.root.resolve()):
        raise SourceError(f"the folder {source.path!s} is outside of the specs' root: move it inside")
    if not folder.is_dir():
        raise SourceError(f"there is no folder {source.path!s}: paths are relative to the spec")
    return Tree(folder, tree_digest(folder))


fetch = locate
