"""Bring together all that a platform's `tools` ask for, and equip workspaces with it."""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.workspaces import wheels
from specrun.workspaces.environment import SYSTEM_PATH
from specrun.workspaces.toolchain.distributions import (
    MissingDistributionError,
    Toolchain,
    python_toolchain,
)
from specrun.workspaces.toolchain.programs import MissingProgramError, Program, find_program
from specrun.workspaces.toolchain.virtualenv import Equipment, create_environment

if TYPE_CHECKING:
    from specrun.spec.models.common import Tools


class Unavailable(msgspec.Struct, frozen=True):
    """The tools are not here. `reason` is one line: what is needed, and how to get it if specrun knows."""

    reason: str


class Provision(msgspec.Struct, frozen=True):
    """Tools that are here, ready for any number of workspaces."""

    toolchain: Toolchain
    programs: tuple[Program, ...]
    wheels: Path | None
    components: dict[str, str]
    """What decides how a command behaves, each to its version or answer: `python`, `python:<distribution>`,
    `wheel:<name>`, `command:<check>`."""

    @property
    def digest(self) -> str:
        """SHA-256 of the components in hexadecimal; it belongs into a trial's key."""
        return hashlib.sha256(msgspec.json.encode(self.components, order="sorted")).hexdigest()

    @property
    def readonly(self) -> tuple[Path, ...]:
        """Folders that commands must be able to read and must not write."""
        shared = (self.toolchain.folder, self.wheels, Path(sys.base_prefix).resolve())
        return tuple(folder for folder in shared if folder is not None)

    def equip(self, folder: Path) -> Equipment:
        """Make `folder`, which must be empty or absent, the tools of one workspace, in about a millisecond.

        It is a virtual environment of specrun's own Python. Where wheels are pinned, pip finds them and
        nothing else. Programs that are not in the system's usual folders are linked into its `bin`.
        """
        environment = create_environment(self.toolchain, folder)
        for program in self.programs:
            link = folder / "bin" / program.path.name
            if not link.is_symlink() and str(program.path.parent) not in SYSTEM_PATH:
                link.symlink_to(program.path)
        return Equipment(environment.path, environment.env | self._pip_settings())

    def _pip_settings(self) -> dict[str, str]:
        settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"}
        if self.wheels is not None:
            # As a URL: pip splits the value at blanks.
            settings |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri()}
        return settings


def provide(tools: Tools, cache: Path) -> Provision | Unavailable:
    """The tools, if this machine has them. Never uses the network; cheap after the first time."""
    reasons: list[str] = []
    toolchain: Toolchain | None = None
    try:
        toolchain = python_toolchain(tools.python, cache)
    except MissingDistributionError as error:
        reasons.append(str(error))
    programs = []
    for check in tools.commands:
        try:
            programs.append(find_program(check))
        except MissingProgramError as error:
            reasons.append(str(error))
    folder = wheels.locate_wheels(tools.wheels, cache) if tools.wheels else None
    if tools.wheels and folder is None:
        reasons.append("needs wheels that are not in the cache: run `specrun fetch SPEC`")
    if toolchain is None or reasons:
        return Unavailable("; ".join(reasons))
    return Provision(toolchain, tuple(programs), folder, _components(tools, toolchain, programs))


def fetch(tools: Tools, cache: Path) -> None:
    """Bring into the cache what `provide` needs from the network. Raises WheelError."""
    if tools.wheels:
        wheels.fetch_wheels(tools.wheels, cache)


def _components(tools: Tools, toolchain: Toolchain, programs: list[Program]) -> dict[str, str]:
    components = {"python": platform.python_version()}
    components |= {f"python:{name}": version for name, version in toolchain.versions.items()}
    components |= {f"wheel:{pin.partition('==')[0]}": pin.partition("==")[2] for pin in tools.wheels}
    for check, program in zip(tools.commands, programs, strict=True):
        components["command:" + " ".join(check.run)] = program.said
    return components
