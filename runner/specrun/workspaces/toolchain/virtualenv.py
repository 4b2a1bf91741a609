"""A Python environment for one workspace: a virtual environment in miniature, made without running Python."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from specrun.workspaces.toolchain.distributions import Toolchain


class Equipment(msgspec.Struct, frozen=True):
    """What a workspace's commands are given so that they find their tools."""

    path: tuple[Path, ...]
    """Folders that go on PATH, before the machine's own."""
    env: dict[str, str]
    """Further variables."""


def base_interpreter() -> Path:
    """The Python that specrun runs on, outside of any virtual environment, with all links followed."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def create_environment(toolchain: Toolchain, folder: Path) -> Equipment:
    """Make `folder` a virtual environment that also finds the toolchain's distributions.

    What is installed into it stays in it, and comes before the toolchain. The layout is that of PEP 405.
    """
    interpreter = base_interpreter()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    if sys.platlibdir != "lib":
        (folder / sys.platlibdir).symlink_to("lib")
    (folder / "pyvenv.cfg").write_text(
        f"home = {interpreter.parent}\ninclude-system-site-packages = false\n"
        f"version = {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}\n"
    )
    (packages / "specrun-toolchain.pth").symlink_to(toolchain.pth)
    scripts = folder / "bin"
    scripts.mkdir()
    for name in ("python", "python3", version):
        (scripts / name).symlink_to(interpreter)
    return Equipment((scripts, toolchain.bin), {"VIRTUAL_ENV": os.fspath(folder)})
