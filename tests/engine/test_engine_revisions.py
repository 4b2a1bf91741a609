from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from specrun.engine.revisions import revisions


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """`main` went on after `work` had left it; `alone` has nothing to do with them."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, one="1\n")
    git(folder, "checkout", "-q", "-b", "work")
    commit(folder, two="2\n")
    git(folder, "checkout", "-q", "main")
    commit(folder, three="3\n")
    git(folder, "checkout", "-q", "--orphan", "alone")
    commit(folder)
    git(folder, "checkout", "-q", "main")
    return folder


def test_a_branch_is_compared_with_where_it_left(repository: Path) -> None:
    found = revisions(repository, "main", "work")
    assert found.repository == repository
    assert found.base == git(repository, "rev-parse", "main~1")
    assert b"two.txt" in found.patch
    assert b"three.txt" not in found.patch
    fresh = repository.parent / "fresh"
    git(repository, "worktree", "add", "-q", "--detach", str(fresh), found.base)
    subprocess.run(["git", "apply", "--index", "-"], input=found.patch, cwd=fresh, check=True)
    assert git(fresh, "write-tree") == git(repository, "rev-parse", "work^{tree}")


def test_a_work_tree_that_was_added_is_a_repository(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "added"), "work")
    found, whole = revisions(tmp_path / "added", "main", "HEAD"), revisions(repository, "main", "work")
    assert (found.base, found.patch) == (whole.base, whole.patch)
    assert found.repository == tmp_path / "added"


def test_a_folder_below_the_root_has_no_revisions_of_its_own(repository: Path) -> None:
    (repository / "below/deep").mkdir(parents=True)
    with pytest.raises(ValueError, match="is only a part of a repository: give --patch"):
        revisions(repository / "below/deep", "main", "work")


def test_a_configuration_has_no_say(repository: Path) -> None:
    before = revisions(repository, "main", "work").patch
    for key, value in (("diff.noprefix", "true"), ("diff.external", "false"), ("color.ui", "always")):
        git(repository, "config", key, value)
    assert revisions(repository, "main", "work").patch == before


def test_a_branch_that_changes_nothing_is_an_empty_patch(repository: Path) -> None:
    assert revisions(repository, "work", "main~1").patch == b""


@pytest.mark.parametrize(
    ("base", "branch", "said"),
    [
        ("mian", "work", "the repository has no revision 'mian'"),
        ("main", "--output=x", "the repository has no revision '--output=x'"),
        ("main", "main:one.txt", "the repository has no revision 'main:one.txt'"),
        ("main", "", "the repository has no revision ''"),
        ("main", "alone", "main and alone have no commit in common"),
    ],
)
def test_what_cannot_be_compared_is_told(repository: Path, base: str, branch: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        revisions(repository, base, branch)


@pytest.mark.parametrize("inside", [None, "", "no such thing\n", "gitdir: /nowhere/at/all\n"])
def test_what_is_no_repository_is_told(tmp_path: Path, inside: str | None) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if inside is not None:
        (folder / ".git").write_text(inside)
    with pytest.raises(ValueError, match=r"is not in a git repository|does not say where"):
        revisions(folder, "main", "work")
