"""Two revisions of a git repository as a base and a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.spec.problems import shown
from specrun.workspaces.git import GitError, git
from specrun.workspaces.scratch_repository import STYLE

if TYPE_CHECKING:
    from pathlib import Path


class Revisions(msgspec.Struct, frozen=True, kw_only=True):
    """What a branch changes since it left another one."""

    repository: Path
    base: str
    """The commit that both have, 40 hexadecimal digits."""
    patch: bytes


def revisions(folder: Path, base: str, branch: str) -> Revisions:
    """What `branch` changes in the repository `folder` since it left `base`.

    Raises ValueError if it is no repository or only a part of one, if there is no such revision, or if the
    two have nothing in common.
    """
    repository = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    if repository is None:
        raise ValueError(f"{shown(folder)} is not in a git repository")
    if repository != folder:
        raise ValueError(
            f"{shown(folder)}, the project's source, is only a part of a repository: "
            f"give --patch, made with 'git diff --relative' there"
        )
    git_dir = _git_dir(repository)
    old, new = (_commit(git_dir, name) for name in (base, branch))
    try:
        start = git("merge-base", old, new, git_dir=git_dir).decode().strip()
    except GitError:
        raise ValueError(f"{base} and {branch} have no commit in common") from None
    patch = git("diff", *STYLE, "--no-renames", "--binary", start, new, git_dir=git_dir)
    return Revisions(repository=repository, base=start, patch=patch)


def _git_dir(repository: Path) -> Path:
    """Where the repository keeps itself: a work tree that was added has a file that says so."""
    inside = repository / ".git"
    if inside.is_dir():
        return inside
    said = inside.read_text("utf-8", "replace").partition("gitdir:")[2].strip()
    git_dir = (repository / said).resolve()
    if not said or not git_dir.is_dir():
        raise ValueError(f"{shown(inside)} does not say where the repository is")
    return git_dir


def _commit(git_dir: Path, name: str) -> str:
    try:
        return (
            git("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}", git_dir=git_dir)
            .decode()
            .strip()
        )
    except GitError:
        raise ValueError(f"the repository has no revision {name!r}") from None
