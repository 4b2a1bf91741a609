"""A project as workspaces get it: a work tree with one commit, made once and copied often."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.measure.paths import matches
from specrun.spec.digest import digest
from specrun.workspaces.cache import PARTIAL, populate
from specrun.workspaces.environment import EPOCH
from specrun.workspaces.git import RAW_ATTRIBUTES, git
from specrun.workspaces.sources import SourceError, Tree, tree_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = {bare}
\tcheckStat = minimal
\ttrustctime = false
"""
# Copies keep the time and size of a file and nothing else, so git is told to look at nothing else.


CHANGED = "the source changed while it was in use: run again"

_SEAL = "seal"
"""The file beside both folders with the digest of all that is in them."""

_sound: set[Path] = set()
"""The templates that this process has looked at: nothing writes to them after that."""


class Delivered(msgspec.Struct, frozen=True):
    """A delivered project. Both folders are templates: nothing may write to them."""

    worktree: Path
    """The project with its `.git`."""
    objects: Path
    """A bare repository with the same commit, for diffs that trust nothing in a workspace."""
    commit: str


def deliver_pinned(tree: Tree, cache: Path, without: tuple[str, ...] = ()) -> Delivered:
    """Make the template of a source under its digest, as `deliver` does.

    Files that match the patterns `without` are left out of it. Raises SourceError if what was copied is not
    what the digest says: somebody edits the source.
    """
    name = digest({"tree": tree.digest, "without": without}) if without else tree.digest

    def build(built: Path) -> None:
        _copy_pinned(tree.path, built / "project", tree.digest)
        _leave_out(built / "project", without)

    return _deliver(cache, name, build)


def deliver(tree: Path, cache: Path, name: str) -> Delivered:
    """Make the template of the project in `tree` in `cache/delivered/<name>`, unless it is there.

    The work tree has one commit on branch `main` with a fixed identity and date, and no remotes, tags,
    reflog, hooks or other objects. `.git` folders of the tree are left out; every other file is committed,
    ignored or not. Files are 0644 or 0755, as in git. Safe with processes that do the same at once. What is
    there is looked at once in a process, and made anew if it is damaged.
    Raises ValueError if a symlink leaves the tree or something is not a file, folder or link, FetchError if
    the cache cannot be written.
    """
    return _deliver(cache, name, lambda built: _copy_tree(tree, built / "project"))


def _deliver(cache: Path, name: str, copy: Callable[[Path], None]) -> Delivered:
    final = cache / "delivered" / name
    if final not in _sound:
        populate(final, lambda built: _build(built, copy))
        if not _is_sound(final):
            _remove(final)
            populate(final, lambda built: _build(built, copy))
        _sound.add(final)
    base = final / "base.git"
    commit = (base / "refs/heads/main").read_text("ascii").strip()
    return Delivered(final / "project", base, commit)


def _build(built: Path, copy: Callable[[Path], None]) -> None:
    project, base = built / "project", built / "base.git"
    copy(built)
    _init(base, bare=True)
    env = {"GIT_WORK_TREE": str(project)}
    git("-c", "core.bare=false", "add", "--all", "--force", git_dir=base, env=env)
    git("-c", "core.bare=false", "commit", "-q", "--allow-empty", "-m", "base", git_dir=base, env=env)
    git("repack", "-a", "-d", "-q", git_dir=base)
    git("prune-packed", "-q", git_dir=base)
    for leftover in ("COMMIT_EDITMSG", "ORIG_HEAD", "objects/info/commit-graph"):
        (base / leftover).unlink(missing_ok=True)
    shutil.copytree(base, project / ".git")
    (base / "index").unlink()
    (project / ".git/config").write_text(_CONFIG.format(bare="false"))
    _fix_times(built)
    (built / _SEAL).write_text(_digest(built))


def _copy_pinned(tree: Path, project: Path, pin: str) -> None:
    """Copy, then look at the copy: what is used is what must have the digest."""
    try:
        _copy_tree(tree, project)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(CHANGED) from error
    except ValueError as error:
        raise SourceError(str(error)) from error
    if tree_digest(project) != pin:
        raise SourceError(CHANGED)


def _leave_out(project: Path, without: tuple[str, ...]) -> None:
    """Remove the files that match the patterns, and folders in which nothing is left."""
    if not without:
        return
    for path in matching_files(project, without):
        (project / path).unlink()
    for folder, _, _ in os.walk(project, topdown=False):
        with suppress(OSError):
            Path(folder).rmdir()
    project.mkdir(exist_ok=True)


def matching_files(root: Path, globs: Iterable[str]) -> list[str]:
    """The files and links below a folder, without its `.git`, that match one of the globs; sorted."""
    takes = matches(globs)
    found = []
    for here, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        entries = (Path(here, name) for name in [*folders, *names])
        found += [
            entry.relative_to(root).as_posix()
            for entry in entries
            if entry.is_symlink() or not entry.is_dir()
        ]
    return sorted(filter(takes, found))


def _is_sound(final: Path) -> bool:
    try:
        return (final / _SEAL).read_text("ascii") == _digest(final)
    except (OSError, ValueError):
        return False


def _remove(final: Path) -> None:
    """Away with it in one step, for others that look at it now. Somebody else may have been faster."""
    aside = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=final.parent))
    with suppress(OSError):
        final.rename(aside / "damaged")
    shutil.rmtree(aside, ignore_errors=True)


def _digest(built: Path) -> str:
    """SHA-256 over path, mode and content of every file and link in the two folders, in hexadecimal."""
    whole = hashlib.sha256()
    for name in ("base.git", "project"):
        for folder, folders, files in os.walk(built / name):
            folders.sort()
            for path in sorted(Path(folder, file) for file in (*files, *folders)):
                mode = path.lstat().st_mode
                if stat.S_ISDIR(mode):
                    continue
                content = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else path.read_bytes()
                head = f"{path.relative_to(built)}\0{mode:o}\0{len(content)}\0"
                whole.update(os.fsencode(head) + content)
    return whole.hexdigest()


def _init(git_dir: Path, *, bare: bool) -> None:
    """An empty repository, by hand: `git init` asks templates and versions what else to put in."""
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "info"):
        (git_dir / folder).mkdir(parents=True)
    (git_dir / "HEAD").write_text("ref: refs/heads/main\n")
    (git_dir / "config").write_text(_CONFIG.format(bare=str(bare).lower()))
    (git_dir / "info/attributes").write_text(RAW_ATTRIBUTES)


def _copy_tree(source: Path, target: Path) -> None:
    root = Path(os.path.realpath(source))
    target.mkdir(parents=True)
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        there = target / here.relative_to(root)
        folders[:] = sorted(name for name in folders if name.lower() != ".git")
        for name in [*folders, *sorted(name for name in files if name.lower() != ".git")]:
            _copy_entry(here / name, there / name, root)


def _copy_entry(source: Path, target: Path, root: Path) -> None:
    mode = source.lstat().st_mode
    if stat.S_ISLNK(mode):
        link = os.readlink(source)  # noqa: PTH115
        if os.path.isabs(link) or not Path(os.path.realpath(source)).is_relative_to(root):  # noqa: PTH117
            raise ValueError(f"{source.relative_to(root)}: the link leaves the project")
        target.symlink_to(link)
    elif stat.S_ISDIR(mode):
        target.mkdir()
        target.chmod(0o755)
    elif stat.S_ISREG(mode):
        shutil.copyfile(source, target)
        target.chmod(0o755 if mode & 0o100 else 0o644)
    else:
        raise ValueError(f"{source.relative_to(root)}: not a file, a folder or a link")


def _fix_times(root: Path) -> None:
    """Set every time below `root`, then let git's index know the times of the work tree."""
    project = root / "project"
    for folder, folders, files in os.walk(root, topdown=False):
        for name in [*folders, *files]:
            os.utime(Path(folder, name), (EPOCH, EPOCH), follow_symlinks=False)
    git("update-index", "-q", "--refresh", git_dir=project / ".git", env={"GIT_WORK_TREE": str(project)})
    for changed in (project / ".git/index", project / ".git", project, root):
        os.utime(changed, (EPOCH + 1, EPOCH + 1))
