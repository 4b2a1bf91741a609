from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.workspaces.delivery import Delivered, deliver

COMMIT = "62318a3fa3c13ceffeabeebcd5e018f39b256ad2"
"""The commit of the project in the `tree` fixture, the same on every machine: identity and date are fixed."""

DELIVER = """\
import sys
from pathlib import Path
from specrun.workspaces.delivery import deliver
print(deliver(Path(sys.argv[1]), Path(sys.argv[2]), "digest").commit)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """git of the tests themselves: no configuration of this machine."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(delivered: Delivered, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=delivered.worktree,
        capture_output=True,
        text=True,
        check=True,
        errors="replace",
    )
    assert done.stderr == ""
    return done.stdout


def test_one_commit_and_nothing_else(delivered: Delivered) -> None:
    assert git(delivered, "rev-list", "--all") == f"{delivered.commit}\n"
    assert git(delivered, "log", "-1", "--format=%an %ae %at %cn %ce %ct %s %P") == (
        "specrun specrun@localhost 1577836800 specrun specrun@localhost 1577836800 base \n"
    )
    assert git(delivered, "for-each-ref", "--format=%(refname)") == "refs/heads/main\n"
    assert git(delivered, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert git(delivered, "fsck", "--full", "--strict", "--unreachable") == ""
    assert git(delivered, "remote") + git(delivered, "tag") + git(delivered, "stash", "list") == ""
    assert git(delivered, "reflog") == ""
    reachable = {line.split()[0] for line in git(delivered, "rev-list", "--all", "--objects").splitlines()}
    kept = git(delivered, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    assert reachable == set(kept)


def test_git_folder_holds_no_extras(delivered: Delivered) -> None:
    folder = delivered.worktree / ".git"
    assert names(folder) == ["HEAD", "config", "index", "info", "objects", "refs"]
    assert names(folder / "objects") == ["info", "pack"]
    assert names(folder / "objects/info") == ["packs"]


def test_the_work_tree_is_clean_and_whole(delivered: Delivered, tree: Path) -> None:
    assert git(delivered, "status", "--porcelain", "--ignored") == ""
    assert git(delivered, "ls-files").split() == [
        *(".gitignore", "kept.log", "link", "run.sh", "src/app.py", "src/data/numbers.txt"),
    ]
    for path in ("src/app.py", "kept.log", "src/data/numbers.txt"):
        assert (delivered.worktree / path).read_bytes() == (tree / path).read_bytes()
    assert (delivered.worktree / "link").readlink() == Path("src/app.py")


def test_git_trusts_the_times_of_a_copy(inside, command, delivered: Delivered) -> None:
    async def work(workspace) -> str:
        return (await workspace.run(command(("git", "diff-files")))).stdout

    # `diff-files` names what git would have to read again.
    assert inside(work, delivered) == ""


def test_modes_and_times_are_those_of_git(delivered: Delivered) -> None:
    modes = {
        path: (delivered.worktree / path).stat().st_mode & 0o7777 for path in ("run.sh", "src/app.py", "src")
    }
    assert modes == {"run.sh": 0o755, "src/app.py": 0o644, "src": 0o755}
    times = {path.lstat().st_mtime for path in delivered.worktree.rglob("*") if ".git" not in path.parts}
    assert times == {1577836800}


def test_the_commit_is_the_same_everywhere(tree: Path, tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        assert deliver(tree, tmp_path / "one", "digest").commit == COMMIT
    finally:
        os.umask(old)
    other = shutil.copytree(tree, tmp_path / "other place", symlinks=True)
    (other / "src/app.py").chmod(0o666)
    assert deliver(other, tmp_path / "two", "digest").commit == COMMIT


def test_it_is_made_once(delivered: Delivered, tree: Path, tmp_path: Path) -> None:
    shutil.rmtree(tree)
    assert deliver(tree, tmp_path / "cache", "digest") == delivered


def test_processes_may_deliver_the_same_at_once(tree: Path, tmp_path: Path) -> None:
    argv = [sys.executable, "-c", DELIVER, str(tree), str(tmp_path / "shared")]
    running = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[0] for process in running] == [f"{COMMIT}\n"] * 4
    assert names(tmp_path / "shared/delivered") == ["digest"]


def test_repositories_in_the_tree_lose_their_git(tree: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tree], check=True)
    subprocess.run(["git", "init", "-q", tree / "vendor/lib"], check=True)
    (tree / "vendor/lib/code.py").write_text("code\n")
    (tree / "module").mkdir()
    (tree / "module/.git").write_text("gitdir: ../elsewhere\n")
    (tree / "module/code.py").write_text("code\n")
    made = deliver(tree, tmp_path / "cache", "digest")
    assert {"vendor/lib/code.py", "module/code.py"} <= set(git(made, "ls-files").split())
    assert [path.parent for path in made.worktree.rglob(".git")] == [made.worktree]


def test_attributes_of_the_project_change_no_bytes(tree: Path, tmp_path: Path) -> None:
    (tree / ".gitattributes").write_text(
        "* text=auto eol=crlf ident filter=evil working-tree-encoding=UTF-16\n"
    )
    (tree / "windows.txt").write_bytes(b"a\r\nb\n$Id$\n")
    made = deliver(tree, tmp_path / "cache", "digest")
    assert git(made, "status", "--porcelain") == ""
    shown = subprocess.run(
        ["git", "cat-file", "blob", "HEAD:windows.txt"], cwd=made.worktree, capture_output=True, check=True
    )
    assert shown.stdout == b"a\r\nb\n$Id$\n"


def test_odd_names_are_delivered(tree: Path, tmp_path: Path) -> None:
    names = {b"new\nline", b"-dash", b'quo"te', b"back\\slash", b"caf\xe9", "käse".encode(), b"git~1", b" "}
    for name in names:
        (tree / os.fsdecode(name)).write_text("odd\n")
    made = deliver(tree, tmp_path / "cache", "digest")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=made.worktree, capture_output=True, check=True
    ).stdout
    assert names <= set(listed.split(b"\0"))


def test_an_empty_tree_is_a_project_too(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    made = deliver(tmp_path / "empty", tmp_path / "cache", "digest")
    assert git(made, "ls-files") == ""


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "src/../../outside", "deep/../../outside"])
def test_links_that_leave_the_tree_are_refused(tree: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "outside").write_text("secret")
    (tree / "a/b").mkdir(parents=True)
    (tree / "deep").symlink_to("a/b")
    (tree / "bad").symlink_to(target)
    if target.startswith("deep"):
        # Through the link this is tree/a/../outside: still inside.
        assert deliver(tree, tmp_path / "cache", "digest").commit
        return
    with pytest.raises(ValueError, match="bad: the link leaves the project"):
        deliver(tree, tmp_path / "cache", "digest")
    assert names(tmp_path / "cache/delivered") == []


def test_broken_links_and_loops_inside_are_kept(tree: Path, tmp_path: Path) -> None:
    (tree / "broken").symlink_to("nowhere")
    (tree / "loop").symlink_to("loop")
    made = deliver(tree, tmp_path / "cache", "digest")
    assert (made.worktree / "broken").readlink() == Path("nowhere")


def test_what_is_no_file_is_refused(tree: Path, tmp_path: Path) -> None:
    os.mkfifo(tree / "src/fifo")
    with pytest.raises(ValueError, match="src/fifo: not a file, a folder or a link"):
        deliver(tree, tmp_path / "cache", "digest")


READ = """\
import sys
from pathlib import Path
from specrun.workspaces.delivery import deliver
made = deliver(Path(sys.argv[1]), Path(sys.argv[2]), "digest")
print((made.worktree / "src/app.py").read_text(), end="")
"""


@pytest.mark.parametrize(
    "damage",
    [
        lambda made: (made / "project/src/app.py").write_text("damaged\n"),
        lambda made: (made / "project/src/app.py").unlink(),
        lambda made: (made / "project/src/new.py").write_text("new\n"),
        lambda made: (made / "project/run.sh").chmod(0o644),
        lambda made: (made / "base.git/refs/heads/main").write_text(""),
        lambda made: (made / "project/.git/index").write_bytes(b""),
        lambda made: (made / "seal").unlink(),
    ],
)
def test_a_damaged_template_is_made_anew(damage, tree: Path, tmp_path: Path) -> None:
    argv = [sys.executable, "-c", READ, str(tree), str(tmp_path / "cache")]
    subprocess.run(argv, check=True, capture_output=True)
    made = tmp_path / "cache/delivered/digest"
    before = {path: path.lstat().st_mode for path in made.rglob("*")}
    damage(made)
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    assert done.stdout == "print('app')\n"
    assert {path: path.lstat().st_mode for path in made.rglob("*")} == before
    assert (made / "base.git/refs/heads/main").read_text()
    assert [path.name for path in made.parent.iterdir()] == ["digest"]
