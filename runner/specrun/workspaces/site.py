"""The place of one case: its workspaces are opened here, with the pinned project and the platform's tools."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from specrun.spec.placeholders import fill
from specrun.workspaces.base import Workspace
from specrun.workspaces.delivery import Delivered, deliver, deliver_pinned
from specrun.workspaces.local import open_workspace
from specrun.workspaces.sources import Tree
from specrun.workspaces.sweep import PREFIX, base_folder, own, remove_folder
from specrun.workspaces.toolchain import Equipment, Provision
from specrun.workspaces.view import installation

Edits = dict[str, bytes]
"""Files of the project that are delivered with another content."""


class Opens(Protocol):
    """Something that opens workspaces of one case."""

    @property
    def tree(self) -> Tree:
        """The case's source."""

    def open(self, name: str, edits: Edits) -> AbstractAsyncContextManager[Workspace]:
        """Open a fresh workspace. `name` says what for; edited files were changed before the one commit."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A case's source and tools. `hidden` folders of this machine are not to be seen from inside."""

    tree: Tree
    tools: Provision
    env: dict[str, str]
    cache: Path
    hidden: tuple[Path, ...]
    without: tuple[str, ...] = ()
    """Patterns of files of the source that are not delivered."""

    def delivered(self) -> Delivered:
        """The project as every workspace gets it. Raises SourceError if the source is no longer its pin."""
        return deliver_pinned(self.tree, self.cache, self.without)

    @asynccontextmanager
    async def open(self, name: str, edits: Edits) -> AsyncIterator[Workspace]:
        """Open a fresh workspace. With `edits` it is delivered from a tree that is gone afterwards."""
        del name
        pristine = await asyncio.to_thread(self.delivered)
        if not edits:
            async with self._open(pristine) as workspace:
                yield workspace
            return
        async with _edited(pristine, edits) as delivered, self._open(delivered) as workspace:
            yield workspace

    def _open(self, delivered: Delivered) -> AbstractAsyncContextManager[Workspace]:
        installed = (folder for program in self.tools.programs for folder in installation(program.path))
        return open_workspace(
            delivered,
            hidden=(*self.hidden, self.cache),
            readonly=(*self.tools.readonly, *installed),
            equip=self._equip,
        )

    def _equip(self, folder: Path) -> Equipment:
        tools = self.tools.equip(folder)
        values = {"home": str(folder.parent / "home"), "project": str(folder.parent / "project")}
        own = {name: fill(text, values) for name, text in self.env.items()}
        return Equipment(tools.path, {**tools.env, **own})


@asynccontextmanager
async def _edited(pristine: Delivered, edits: Edits) -> AsyncIterator[Delivered]:
    """Deliver a tree with some files changed, into a folder that goes with its owner, like a workspace."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base_folder()))
    lock = own(folder)
    try:
        yield await asyncio.to_thread(_deliver_edited, pristine, edits, folder)
    finally:
        await asyncio.to_thread(remove_folder, folder)
        os.close(lock)


def _deliver_edited(pristine: Delivered, edits: Edits, folder: Path) -> Delivered:
    copy = folder / "tree"
    shutil.copytree(pristine.worktree, copy, symlinks=True)
    shutil.rmtree(copy / ".git")
    for path, content in edits.items():
        file = copy / path
        file.chmod(file.stat().st_mode | 0o200)  # a read-only checkout has read-only files
        file.write_bytes(content)
    return deliver(copy, folder, "edited")
