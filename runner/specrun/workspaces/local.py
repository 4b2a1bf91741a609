"""The workspace on this machine: a private folder, a scrubbed environment and a cage for processes."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.workspaces.base import SEEN, Enforced, Step, as_seen
from specrun.workspaces.cages import Cages
from specrun.workspaces.door import opened
from specrun.workspaces.environment import MARKER, scrubbed
from specrun.workspaces.files import put_contained, read_contained, remove_contained, write_contained
from specrun.workspaces.patch import compute_patch
from specrun.workspaces.process import execute
from specrun.workspaces.sandbox import sandbox
from specrun.workspaces.sweep import PREFIX, base_folder, own, remove_folder
from specrun.workspaces.toolchain import Equipment
from specrun.workspaces.view import View

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

    from specrun.workspaces.base import Change, Command, Patch
    from specrun.workspaces.delivery import Delivered
    from specrun.workspaces.sandbox import Sandbox


class LocalWorkspace:
    """A workspace of this machine. Made by `open_workspace`; see `base.Workspace` for what it promises."""

    def __init__(
        self,
        root: Path,
        delivered: Delivered | None,
        env: Mapping[str, str],
        cages: Cages,
        enforced: Enforced,
    ) -> None:
        self.project = root / "workspace" / "project"
        self.home = root / "workspace" / "home"
        self.enforced = enforced
        self._root = root
        self._delivered = delivered
        self._env = dict(env)
        self._cages = cages
        self._turn = asyncio.Lock()

    async def run(self, command: Command) -> Step:
        """Run one command; commands that come at the same time take turns."""
        env = {**self._env, **command.env, MARKER: self._root.name}
        if not self._finds(command.argv[0], env):
            return Step(name=command.name, ending="not_started")
        async with self._turn:
            cage = self._cages.of(command)
            await cage.open()
            async with opened(command.door, cage) as shut:
                return await execute(command, env, as_seen(self).project, cage, shut)

    def read(self, path: str, limit: int) -> bytes | None:
        """See `base.Workspace`."""
        return read_contained(self.project, path, limit)

    def write(self, path: str, content: bytes) -> None:
        """See `base.Workspace`."""
        write_contained(self.project, path, content)

    def remove(self, path: str) -> None:
        """See `base.Workspace`."""
        remove_contained(self.project, path)

    def apply(self, changes: Iterable[Change]) -> None:
        """See `base.Workspace`."""
        for change in sorted(changes, key=lambda change: change.mode is not None):
            if change.mode is None:
                remove_contained(self.project, change.path, prune=True)
            else:
                put_contained(self.project, change.path, change.mode, change.content)

    def patch(self, ignore: tuple[str, ...] = ()) -> Patch:
        """See `base.Workspace`. Raises ValueError if the changes are too large or too deep to be kept."""
        return compute_patch(self._delivered, self.project, ignore, self._root)

    def _finds(self, program: str, env: Mapping[str, str]) -> bool:
        folders = [""] if "/" in program else env["PATH"].split(os.pathsep)
        return any(_may_start(self._here(folder) / program) for folder in folders)

    def _here(self, folder: str) -> Path:
        """The place on this side of the fence of a folder that a command names."""
        path = as_seen(self).project / folder
        if self.enforced.files and path.is_relative_to(SEEN):
            return self._root / "workspace" / path.relative_to(SEEN)
        return path


def _may_start(program: Path) -> bool:
    # Where a link leads is for the command to find out: inside, it may lead somewhere else than here.
    return program.is_symlink() or (program.is_file() and os.access(program, os.X_OK))


@asynccontextmanager
async def open_workspace(
    delivered: Delivered | None,
    *,
    env: Mapping[str, str] | None = None,
    path: Sequence[Path] = (),
    hidden: Sequence[Path] = (),
    readonly: Sequence[Path] = (),
    equip: Callable[[Path], Equipment] | None = None,
    enforce: Sandbox | None = None,
) -> AsyncIterator[LocalWorkspace]:
    """Make a workspace with a copy of the delivered project, or an empty folder, and remove it at the end.

    `equip` fills a folder of the workspace with its tools, and gives what makes commands find them.
    `env` is added to the scrubbed environment and `path` stands in front of its PATH; both may name folders
    of the workspace as they are on this side. Where the machine can enforce it, commands see the workspace
    at `SEEN`, and beside it only the system's programs, Python, `path` and `readonly`, which they cannot
    write. A `hidden` folder inside one of these is empty, but for those of them that are inside it.
    `enforce` is what to enforce instead of all that this machine can. Raises OSError if the machine fails.
    """
    here = enforce or sandbox()
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base_folder())).resolve()
    lock = own(root)
    cages: Cages | None = None
    try:
        workspace = root / "workspace"
        for name in ("workspace", "workspace/home", "workspace/tmp", "view"):
            (root / name).mkdir()
        await _provide(delivered, workspace / "project")
        tools = equip(workspace / "tools") if equip else Equipment((), {})
        view = _view(root, [*path, *readonly], hidden) if here.files else None
        cages = Cages(root.name, here, view)
        await cages.first.open()
        enforced = Enforced(
            network=here.network,
            processes=here.namespaces,
            files=view is not None,
            process_limit=here.process_limit,
        )
        seen = SEEN if view else workspace
        named = {**tools.env, **(env or {})}
        variables = scrubbed(root.name, workspace, [*tools.path, *path], named)
        variables = {name: text.replace(str(workspace), str(seen)) for name, text in variables.items()}
        yield LocalWorkspace(root, delivered, variables, cages, enforced)
    finally:
        try:
            if cages:
                await cages.close()
        finally:
            await asyncio.to_thread(remove_folder, root)
            os.close(lock)


def _view(root: Path, shown: Sequence[Path], hidden: Sequence[Path]) -> View | None:
    """What commands see; None if a folder is to be hidden that they need themselves."""
    here = (base_folder(), *([Path(sys.prefix)] if sys.prefix != sys.base_prefix else []))
    view = View(
        root / "view",
        root / "workspace",
        shown=tuple(folder for folder in (*shown, Path(sys.base_prefix)) if folder.is_dir()),
        hidden=tuple({folder.resolve() for folder in (*hidden, *here) if folder.is_dir()}),
    )
    return None if view.contradicts() else view


async def _provide(delivered: Delivered | None, project: Path) -> None:
    if delivered is None:
        project.mkdir()
        return
    copy = await asyncio.create_subprocess_exec("cp", "-a", delivered.worktree, project)
    try:
        if await copy.wait():
            raise OSError(f"{project}: the project cannot be copied")
    finally:
        if copy.returncode is None:
            copy.kill()
            await copy.wait()
