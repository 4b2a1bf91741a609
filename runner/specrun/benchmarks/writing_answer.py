"""What the oracle knows of a project: the tests that were hidden, and the good ones that lie beside it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from specrun.spec.problems import SpecError
from specrun.workspaces.delivery import deliver_pinned, matching_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.benchmarks.projects import ProjectCase
    from specrun.workspaces.site import Site


def known_files(case: ProjectCase, site: Site) -> dict[str, bytes]:
    """The files that the oracle writes, by path. What lies beside the project goes over what was hidden.

    Raises SpecError if a pattern of `hide` matches no file, SourceError if the source changed.
    """
    writing = case.project.writing
    files = dict(_hidden(case, site))
    if writing.answer is not None:
        folder = case.resolved.path.parent / writing.answer
        files.update(_below(folder))
    return files


def _hidden(case: ProjectCase, site: Site) -> Iterator[tuple[str, bytes]]:
    patterns = case.project.writing.hide
    if not patterns:
        return
    whole = deliver_pinned(site.tree, site.cache).worktree
    problems = [
        case.resolved.origin(("writing", "hide", number)).problem(
            f"no file of {case.project.id} matches this pattern"
        )
        for number, pattern in enumerate(patterns)
        if not matching_files(whole, [pattern])
    ]
    if problems:
        raise SpecError(problems)
    for path in matching_files(whole, patterns):
        if (whole / path).is_file():
            yield path, (whole / path).read_bytes()


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for here, folders, names in os.walk(folder):
        folders.sort()
        for path in sorted(folder.__class__(here, name) for name in names):
            if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts:
                yield path.relative_to(folder).as_posix(), path.read_bytes()
