from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from specrun.workspaces.base import Patch
from specrun.workspaces.delivery import Delivered
from specrun.workspaces.patch import compute_patch


@pytest.fixture
def project(delivered: Delivered, tmp_path: Path) -> Path:
    """A copy of the delivered project, as a workspace has it."""
    return shutil.copytree(delivered.worktree, tmp_path / "project", symlinks=True)


@pytest.fixture
def patch(delivered: Delivered, project: Path, tmp_path: Path):
    def patch(*ignore: str) -> Patch:
        return compute_patch(delivered, project, ignore, tmp_path)

    return patch


def changes(patch: Patch) -> dict[str, tuple[str, int | None, int | None]]:
    return {file.path: (file.change, file.lines_added, file.lines_deleted) for file in patch.files}


def content(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: its kind and mode, and its bytes or target."""
    found = {}
    for path in root.rglob("*"):
        if ".git" in path.relative_to(root).parts or (path.is_dir() and not path.is_symlink()):
            continue
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        found[str(path.relative_to(root))] = (path.lstat().st_mode, data)
    return found


def git(project: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)


def test_no_change_is_an_empty_patch(patch) -> None:
    assert patch() == Patch()


def test_every_kind_of_change(patch, project: Path) -> None:
    (project / "src/app.py").write_text("print('new')\nprint('more')\n")
    (project / "src/data/numbers.txt").unlink()
    (project / "added.txt").write_text("no newline")
    (project / "binary").write_bytes(bytes(range(256)))
    (project / "run.sh").chmod(0o644)
    (project / "kept.log").unlink()
    (project / "kept.log").symlink_to("/etc/passwd")
    (project / "ignored.log").write_text("git ignores it, we do not\n")
    made = patch()
    assert changes(made) == {
        "added.txt": ("added", 1, 0),
        "binary": ("added", None, None),
        "ignored.log": ("added", 1, 0),
        "kept.log": ("type", 1, 1),
        "run.sh": ("modified", 0, 0),
        "src/app.py": ("modified", 2, 1),
        "src/data/numbers.txt": ("deleted", 0, 3),
    }
    assert [file.path for file in made.files] == sorted(changes(made))
    assert b"root:" not in made.diff


def test_applying_the_patch_gives_the_same_project(
    patch, delivered: Delivered, project: Path, tmp_path: Path
) -> None:
    shutil.rmtree(project / "src/data")
    (project / "src/data").write_text("a file where a folder was\n")
    (project / "kept.log").unlink()
    (project / "kept.log").mkdir()
    for name in (b"new\nline", b"-dash", b'quo"te', b"back\\slash", b"caf\xe9", b"tab\there", b" "):
        (project / "kept.log" / os.fsdecode(name)).write_bytes(b"odd\r\n\0" + name)
    (project / "link").unlink()
    (project / "run.sh").chmod(0o644)
    made = patch()
    fresh = shutil.copytree(delivered.worktree, tmp_path / "fresh", symlinks=True)
    subprocess.run(["git", "apply", "--binary", "-"], input=made.diff, cwd=fresh, check=True)
    assert content(fresh) == content(project)
    assert "kept.log/caf\\xe9" in changes(made)
    assert "kept.log/new\nline" in changes(made)


def test_commits_and_staging_do_not_matter(patch, project: Path) -> None:
    (project / "src/app.py").write_text("changed\n")
    (project / "new.py").write_text("new\n")
    loose = patch()
    git(project, "add", "new.py")
    git(project, "commit", "-q", "-am", "mine")
    git(project, "tag", "mine")
    assert patch() == loose
    git(project, "checkout", "-q", "--orphan", "other")
    assert patch() == loose
    shutil.rmtree(project / ".git")
    assert patch() == loose
    (project / ".git").write_text("gitdir: /elsewhere\n")
    assert patch() == loose


def test_hidden_changes_are_seen(patch, project: Path) -> None:
    file = project / "src/app.py"
    before = file.stat()
    git(project, "update-index", "--assume-unchanged", "src/app.py")
    git(project, "update-index", "--skip-worktree", "kept.log")
    file.write_text("print('abc')\n"[: before.st_size])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    (project / "kept.log").write_text("changed\n")
    (project / ".git/info/exclude").write_text("*\n")
    (project / "new").write_text("new\n")
    assert set(changes(patch())) == {"src/app.py", "kept.log", "new"}


def test_nothing_of_the_workspace_git_is_run(patch, project: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "filter.evil.clean"):
        git(project, "config", key, str(trap))
    for key in ("filter.evil.smudge", "diff.evil.textconv", "diff.evil.command"):
        git(project, "config", key, str(trap))
    git(project, "config", "core.hooksPath", str(tmp_path / "hooks"))
    git(project, "config", "core.worktree", "/")
    git(project, "config", "core.autocrlf", "true")
    (tmp_path / "hooks").mkdir()
    for hook in ("post-index-change", "pre-commit", "reference-transaction"):
        shutil.copy(trap, tmp_path / "hooks" / hook)
    (project / ".gitattributes").write_text("* filter=evil diff=evil text eol=crlf\n*.py binary\n")
    (project / "src/app.py").write_bytes(b"a\r\nb\n")
    made = patch()
    assert not (tmp_path / "sprung").exists()
    assert changes(made) == {".gitattributes": ("added", 2, 0), "src/app.py": ("modified", 2, 1)}
    assert b"+a\r\n+b\n" in made.diff


def test_ignored_patterns_are_left_out(patch, project: Path) -> None:
    for path in ("build/out/x.o", "src/__pycache__/app.pyc", "src/keep.py", "report.xml"):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text("made\n")
    (project / "src/data/numbers.txt").unlink()
    assert set(changes(patch("build/", "__pycache__/", "/report.xml", "src/data/**"))) == {"src/keep.py"}


def test_embedded_repositories_are_folders(patch, project: Path) -> None:
    for name in ("empty", "vendor/lib"):
        (project / name).mkdir(parents=True)
        git(project / name, "init", "-q")
    (project / "vendor/lib/code.py").write_text("code\n")
    git(project / "vendor/lib", "add", "code.py")
    git(project / "vendor/lib", "commit", "-q", "-m", "inner")
    (project / "odd/.GIT").mkdir(parents=True)
    (project / "odd/.GIT/config").write_text("x\n")
    assert changes(patch()) == {"vendor/lib/code.py": ("added", 1, 0)}


def test_what_is_no_file_is_left_out(patch, project: Path) -> None:
    os.mkfifo(project / "fifo")
    (project / "src/app.py").unlink()
    os.mkfifo(project / "src/app.py")
    assert changes(patch()) == {"src/app.py": ("deleted", 0, 1)}


def test_links_are_kept_as_links(patch, project: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("secret\n")
    (project / "out").symlink_to(tmp_path / "outside")
    shutil.rmtree(project / "src")
    (project / "src").symlink_to(tmp_path / "outside")
    made = patch()
    assert b"secret\n" not in made.diff
    assert changes(made)["out"] == ("added", 1, 0)
    assert changes(made)["src"] == ("added", 1, 0)


def test_changes_that_are_too_large_or_too_deep_are_refused(patch, project: Path) -> None:
    with (project / "huge").open("wb") as file:
        file.truncate(65 * 1024**2)
    with pytest.raises(ValueError, match="huge: larger than"):
        patch()
    assert patch("huge") == Patch()
    (project / "huge").unlink()
    (project / ("d/" * 300)).mkdir(parents=True)
    with pytest.raises(ValueError, match="nested more than 200 deep"):
        patch()


def test_permissions_hide_nothing(patch, project: Path) -> None:
    (project / "src/app.py").write_text("changed\n")
    (project / "src/app.py").chmod(0)
    (project / "src").chmod(0)
    (project / "new").write_text("new\n")
    (project / "new").chmod(0)
    assert set(changes(patch())) == {"new", "src/app.py"}


def test_without_a_delivered_project_everything_is_added(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/file").write_text("text\n")
    assert changes(compute_patch(None, tmp_path / "project", (), tmp_path)) == {"file": ("added", 1, 0)}


def test_a_workspace_tells_its_patch(inside, command, delivered: Delivered) -> None:
    async def work(workspace) -> Patch:
        await workspace.run(command("echo more >> src/app.py; git commit -qam mine; echo x > new.tmp"))
        return workspace.patch(("*.tmp",))

    assert changes(inside(work, delivered)) == {"src/app.py": ("modified", 1, 0)}
