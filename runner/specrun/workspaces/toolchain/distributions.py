"""Python distributions of specrun's own installation, with everything they need, copied for workspaces."""

from __future__ import annotations

import hashlib
import platform
import shutil
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import msgspec

from specrun.workspaces.cache import populate

_LAUNCHER = """\
#!/usr/bin/env python
import sys
from {module} import {first}
sys.exit({attribute}())
"""


class Toolchain(msgspec.Struct, frozen=True):
    """A folder with `site-packages`, `bin` and `workspace.pth`, and the distributions in it."""

    folder: Path
    versions: dict[str, str]
    """Normalised name to version, sorted by name."""

    @property
    def bin(self) -> Path:
        """The folder of the console scripts, which run under the first `python` on PATH."""
        return self.folder / "bin"

    @property
    def pth(self) -> Path:
        """The .pth file that puts the distributions on an interpreter's path."""
        return self.folder / "workspace.pth"


class MissingDistributionError(Exception):
    """A distribution that is not installed beside specrun in a way that can be copied."""


def python_toolchain(names: tuple[str, ...], cache: Path) -> Toolchain:
    """The toolchain of these distributions and all they depend on; built in the cache on first use.

    Environment markers are honoured, extras are ignored. Never uses the network.
    Raises MissingDistributionError.
    """
    closure = _closure(names)
    versions = {name: closure[name].version for name in sorted(closure)}
    # RECORD holds a hash of every file, so that another build of the same version is another toolchain.
    records = {name: closure[name].read_text("RECORD") for name in sorted(closure)}
    identity = msgspec.json.encode((platform.python_version(), versions, records))
    final = cache / "toolchains" / hashlib.sha256(identity).hexdigest()
    populate(final, lambda folder: _build(list(closure.values()), folder, final))
    return Toolchain(final, versions)


def _closure(names: tuple[str, ...]) -> dict[str, Distribution]:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, Distribution] = {}
    pending = list(names)
    while pending:
        name = canonicalize_name(pending.pop())
        if name in found:
            continue
        found[name] = _installed(name)
        for text in found[name].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                pending.append(requirement.name)
    return found


def _installed(name: str) -> Distribution:
    try:
        found = distribution(name)
    except (PackageNotFoundError, ValueError) as error:
        raise MissingDistributionError(
            f"needs the Python package {name} beside specrun: pip install {name}"
        ) from error
    if found.read_text("RECORD") is None:
        raise MissingDistributionError(
            f"needs the Python package {name} beside specrun, installed by pip: there is no list of its files"
        )
    return found


def _build(distributions: list[Distribution], folder: Path, final: Path) -> None:
    import compileall

    packages, scripts = folder / "site-packages", folder / "bin"
    packages.mkdir()
    scripts.mkdir()
    hooks: list[str] = []
    for item in distributions:
        hooks += _copy(item, packages)
        _write_launchers(item, scripts)
    # Without this every start of pytest in a workspace would compile pytest again. What pip compiled is
    # copied and stays valid, because the copies keep their times.
    compileall.compile_dir(packages, quiet=2)
    (folder / "workspace.pth").write_text("\n".join([str(final / "site-packages"), *hooks, ""]))


def _copy(item: Distribution, packages: Path) -> list[str]:
    """Copy a distribution's files, without its scripts, and return the start-up lines of its .pth files."""
    hooks: list[str] = []
    for file in item.files or ():
        if ".." in file.parts or Path(file).is_absolute():
            continue
        source, target = Path(str(item.locate_file(file))), packages / file
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        if len(file.parts) == 1 and file.suffix == ".pth":
            hooks += [
                line for line in source.read_text().splitlines() if line.startswith(("import ", "import\t"))
            ]
    return hooks


def _write_launchers(item: Distribution, scripts: Path) -> None:
    for entry in item.entry_points.select(group="console_scripts"):
        launcher = scripts / entry.name
        first = entry.attr.partition(".")[0]
        launcher.write_text(_LAUNCHER.format(module=entry.module, first=first, attribute=entry.attr))
        launcher.chmod(0o755)
