"""The workspace on this machine: a private folder, a scrubbed environment and a cage for processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.workspaces.base import Enforced, Step
from specrun.workspaces.cages import MarkerCage, NamespaceCage
from specrun.workspaces.environment import MARKER, scrubbed
from specrun.workspaces.files import read_contained, remove_contained, write_contained
from specrun.workspaces.namespaces import Namespaces
from specrun.workspaces.patch import compute_patch
from specrun.workspaces.process import execute
from specrun.workspaces.sandbox import sandbox
from specrun.workspaces.sweep import PREFIX, base_folder, own, remove_folder
from specrun.workspaces.toolchain import Equipment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from specrun.workspaces.base import Command, Patch
    from specrun.workspaces.cages import Cage
    from specrun.workspaces.delivery import Delivered
    from specrun.workspaces.sandbox import Sandbox


class LocalWorkspace:
    """A workspace of this machine. Made by `open_workspace`; see `base.Workspace` for what it promises."""

    def __init__(
        self,
        root: Path,
        delivered: Delivered | None,
        env: Mapping[str, str],
        cages: Mapping[bool, Cage],
        enforced: Enforced,
    ) -> None:
        self.project = root / "project"
        self.home = root / "home"
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
            cage = self._cages[command.network]
            await cage.open()
            return await execute(command, env, self.project, cage)

    def read(self, path: str, limit: int) -> bytes | None:
        """See `base.Workspace`."""
        return read_contained(self.project, path, limit)

    def write(self, path: str, content: bytes) -> None:
        """See `base.Workspace`."""
        write_contained(self.project, path, content)

    def remove(self, path: str) -> None:
        """See `base.Workspace`."""
        remove_contained(self.project, path)

    def patch(self, ignore: tuple[str, ...] = ()) -> Patch:
        """See `base.Workspace`. Raises ValueError if the changes are too large or too deep to be kept."""
        return compute_patch(self._delivered, self.project, ignore, self._root)

    def _finds(self, program: str, env: Mapping[str, str]) -> bool:
        if "/" in program:
            return (self.project / program).is_file() and os.access(self.project / program, os.X_OK)
        return shutil.which(program, path=env["PATH"]) is not None


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
    `env` is added to the scrubbed environment and `path` stands in front of its PATH. Commands see the
    `hidden` folders empty and cannot write to the `readonly` ones, where the machine can enforce it.
    Inside a hidden folder, only what commands need is seen: the workspace, `path`, `readonly` and Python.
    `enforce` is what to enforce instead of all that this machine can. Raises OSError if the machine fails.
    """
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base_folder())).resolve()
    cages: dict[bool, Cage] = {}
    lock = own(root)
    try:
        for name in ("home", "tmp"):
            (root / name).mkdir()
        await _provide(delivered, root / "project")
        templates = [delivered.worktree.parent] if delivered else []
        tools = equip(root / "tools") if equip else Equipment((), {})
        path, env = [*tools.path, *path], {**tools.env, **(env or {})}
        cages, enforced = await _enclose(
            root, enforce or sandbox(), [root, *path, *readonly], hidden, [*readonly, *templates]
        )
        yield LocalWorkspace(root, delivered, scrubbed(root, path, env), cages, enforced)
    finally:
        try:
            for cage in cages.values():
                await cage.kill(None)
        finally:
            await asyncio.to_thread(remove_folder, root)
            os.close(lock)


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


async def _enclose(
    root: Path, here: Sandbox, needed: Sequence[Path], hidden: Sequence[Path], readonly: Sequence[Path]
) -> tuple[dict[bool, Cage], Enforced]:
    """The cages of a workspace, without and with network, and what they enforce."""
    if not here.namespaces:
        cage = MarkerCage(root.name)
        return {False: cage, True: cage}, Enforced(network=False, processes=False, files=False)
    needs = [item.resolve() for item in (*needed, Path(sys.prefix), Path(sys.base_prefix)) if item.is_dir()]
    wanted = {folder.resolve() for folder in hidden if folder.is_dir()}
    outermost = sorted(folder for folder in wanted if wanted.isdisjoint(folder.parents))
    covered = {folder: _outermost_below(needs, folder) for folder in outermost if folder not in needs}
    locked = [folder.resolve() for folder in readonly if folder.is_dir()]
    spaces = {
        network: Namespaces(network=network or not here.network, hidden=covered, readonly=locked)
        for network in (False, True)
    }
    cages = {network: NamespaceCage(space) for network, space in spaces.items()}
    await cages[False].open()
    files = spaces[False].files and len(covered) == len(outermost)
    return dict(cages), Enforced(network=here.network, processes=True, files=files)


def _outermost_below(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The paths below `folder`, without those that are below another of them."""
    below = {path for path in paths if path.is_relative_to(folder)}
    return sorted(path for path in below if below.isdisjoint(path.parents))
