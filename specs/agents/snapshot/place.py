"""Where a module lies: the folder it is imported from, its dotted name, and the other modules around it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SKIPPED = frozenset({"tests", "test", "docs", "node_modules", "build", "dist", "venv"})
MOST_FOLDERS = 500
MOST_NEIGHBOURS = 12


@dataclass(frozen=True)
class Place:
    """A module of a project."""

    project: Path
    file: Path
    module: str
    roots: tuple[Path, ...]
    """Every folder that a package of the project is imported from, this module's first."""

    def dump(self) -> list:
        """For another process, as JSON."""
        return [str(self.project), str(self.file), self.module, [str(root) for root in self.roots]]

    @classmethod
    def load(cls, value: list) -> Place:
        """What `dump` wrote."""
        project, file, module, roots = value
        return cls(Path(project), Path(file), module, tuple(map(Path, roots)))

    def neighbours(self) -> list[str]:
        """The other modules of the same folder, sorted, packages and programs left out."""
        package = self.module.rpartition(".")[0]
        files = sorted(self.file.parent.glob("*.py")) if package else []
        stems = [file.stem for file in files if file != self.file and not file.stem.startswith("__")]
        return [f"{package}.{stem}" for stem in stems if stem.isidentifier()][:MOST_NEIGHBOURS]


def locate(project: Path, source: str) -> Place | None:
    """The place of a source file; None if it cannot be imported as a module."""
    project = project.resolve()
    file = (project / source).resolve()
    if not file.is_file() or file.suffix != ".py" or not file.is_relative_to(project):
        return None
    root, names = file.parent, [] if file.stem == "__init__" else [file.stem]
    while (root / "__init__.py").exists() and root != project:
        names.insert(0, root.name)
        root = root.parent
    if not names or names[-1] == "__main__" or not all(name.isidentifier() for name in names):
        return None
    others = [folder for folder in _roots(project) if folder != root]
    return Place(project, file, ".".join(names), (root, *others))


def _roots(project: Path) -> list[Path]:
    """The folders that hold a package, or are called src or lib, sorted."""
    found = set()
    for number, (folder, folders, _) in enumerate(os.walk(project)):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        here = Path(folder)
        packages = any((here / name / "__init__.py").exists() for name in folders)
        if (packages or here.name in ("src", "lib")) and not (here / "__init__.py").exists():
            found.add(here)
        if number >= MOST_FOLDERS:
            break
    return sorted(found)
