"""A source that is edited while it is in use never gets under the digest of what it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from specrun.workspaces.delivery import deliver_pinned
from specrun.workspaces.sources import SourceError, Tree, tree_digest


def pinned(tree: Path) -> Tree:
    return Tree(tree, tree_digest(tree))


def test_an_edited_source_is_not_kept(tree: Path, tmp_path: Path) -> None:
    before = pinned(tree)
    old = (tree / "src/app.py").read_bytes()
    (tree / "src/app.py").write_text("edited\n")
    with pytest.raises(SourceError, match="the source changed while it was in use: run again"):
        deliver_pinned(before, tmp_path / "cache")
    assert list((tmp_path / "cache/delivered").iterdir()) == []
    (tree / "src/app.py").write_bytes(old)
    made = deliver_pinned(before, tmp_path / "cache")
    assert (made.worktree / "src/app.py").read_bytes() == old


def test_a_source_that_is_gone_is_not_an_empty_project(tree: Path, tmp_path: Path) -> None:
    before = pinned(tree)
    shutil.rmtree(tree)
    with pytest.raises(SourceError, match="run again"):
        deliver_pinned(before, tmp_path / "cache")


def test_what_was_delivered_outlives_its_source(tree: Path, tmp_path: Path) -> None:
    before = pinned(tree)
    made = deliver_pinned(before, tmp_path / "cache")
    shutil.rmtree(tree)
    assert deliver_pinned(before, tmp_path / "cache") == made


def test_a_git_folder_in_any_spelling_does_not_count(tree: Path, tmp_path: Path) -> None:
    (tree / ".GIT").mkdir()
    (tree / ".GIT/config").write_text("x")
    assert deliver_pinned(pinned(tree), tmp_path / "cache").commit
