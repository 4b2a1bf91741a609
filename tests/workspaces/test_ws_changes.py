"""A patch taken apart, against git itself and against what it was made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specrun.measure.line_map import LineMap
from specrun.workspaces.base import Change
from specrun.workspaces.changes import applied
from specrun.workspaces.delivery import Delivered
from specrun.workspaces.local import LocalWorkspace
from specrun.workspaces.patch import compute_patch

Tree = dict[str, tuple[str, bytes]]


def tree(root: Path) -> Tree:
    """Every file below a folder: git's mode of it, and its bytes or target."""
    found = {}
    for here, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for path in (Path(here, name) for name in (*names, *folders)):
            if path.is_symlink():
                found[str(path.relative_to(root))] = ("120000", os.fsencode(path.readlink()))
            elif path.is_file():
                mode = "100755" if path.stat().st_mode & 0o100 else "100644"
                found[str(path.relative_to(root))] = (mode, path.read_bytes())
    return found


def workspace(root: Path, delivered: Delivered) -> LocalWorkspace:
    """A workspace's files: a fresh copy of what was delivered."""
    shutil.copytree(delivered.worktree, root / "workspace/project", symlinks=True)
    return LocalWorkspace(root, delivered, {}, None, None)


def edited(root: Path, edits) -> Path:
    """A copy of the delivered project, with these edits."""
    for kind, path, content in edits:
        file = root / path
        if kind != "keep" and (file.is_symlink() or file.exists()):
            shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink()
        if kind == "delete":
            continue
        for folder in reversed(file.relative_to(root).parents[:-1]):
            if (root / folder).is_symlink() or (root / folder).is_file():
                (root / folder).unlink()
            (root / folder).mkdir(exist_ok=True)
        if kind == "link":
            file.symlink_to("some/target")
        elif kind == "keep":  # its content in another place
            if (root / "src/app.py").is_file() and not file.exists():
                shutil.move(root / "src/app.py", file)
        else:
            file.write_bytes(content)
            file.chmod(0o755 if kind == "executable" else 0o644)
    return root


PATHS = (
    "src/app.py",
    "src",
    "src/data/numbers.txt",
    "run.sh",
    "run.sh/inner",
    "link",
    "kept.log",
    "new/deep/file",
    "sp ace\n\ttab",
    os.fsdecode(b'caf\xe9 "quoted\\'),
)
CONTENT = st.one_of(
    st.binary(max_size=20),
    st.lists(st.sampled_from([b"1", b"2", b"3", b"print('app')", b""]), max_size=9).map(b"\n".join),
    st.lists(st.sampled_from([b"1", b"2", b"3"]), max_size=9).map(
        lambda lines: b"".join(x + b"\r\n" for x in lines)
    ),
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "executable", "link", "delete", "keep"]),
        st.sampled_from(PATHS),
        CONTENT,
    ),
    max_size=8,
)
MANY = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@MANY
@given(edits=EDITS)
def test_the_changes_make_the_tree_that_the_patch_was_made_of(delivered: Delivered, edits) -> None:
    with tempfile.TemporaryDirectory() as folder:
        theirs = edited(shutil.copytree(delivered.worktree, Path(folder, "theirs"), symlinks=True), edits)
        diff = compute_patch(delivered, theirs, (), Path(folder)).diff
        ours = workspace(Path(folder, "ours"), delivered)
        with applied(delivered, diff) as patch:
            ours.apply(patch.changes())
            assert tree(ours.project) == tree(theirs)
            pairs = patch.counterparts()
        assert {(pair.before, pair.after) for pair in pairs} == said_by_git(theirs)
        before, after = tree(delivered.worktree), tree(theirs)
        for pair in pairs:
            if pair.hunks is not None:
                lines_fit(before.get(pair.before), after.get(pair.after), LineMap(pair.hunks))


def said_by_git(project: Path) -> set[tuple[str | None, str | None]]:
    """What git says became of each file, in the work tree that was edited."""
    subprocess.run(["git", "add", "-A", "-f"], cwd=project, check=True)
    command = ["git", "diff", "--cached", "--name-status", "--find-renames", "-z", "HEAD"]
    words = iter(
        subprocess.run(command, cwd=project, check=True, capture_output=True).stdout.split(b"\0")[:-1]
    )
    found = set()
    for status in words:
        old = os.fsdecode(next(words))
        new = os.fsdecode(next(words)) if status.startswith(b"R") else old
        found.add((None if status == b"A" else old, None if status == b"D" else new))
    return found


def lines_fit(before: tuple[str, bytes] | None, after: tuple[str, bytes] | None, lines: LineMap) -> None:
    """Lines that are said to be the same are so, in their order, and something is said of every line."""
    old, new = ((side[1].split(b"\n") if side else []) for side in (before, after))
    old, new = ((side[:-1] if side and not side[-1] else side) for side in (old, new))
    kept = [(number, lines.new(number)) for number in range(1, len(old) + 1) if lines.new(number) is not None]
    assert [old[number - 1] for number, _ in kept] == [new[number - 1] for _, number in kept]
    added = [number for number in range(1, len(new) + 1) if lines.is_added(number)]
    assert sorted([number for _, number in kept] + added) == list(range(1, len(new) + 1))


@MANY
@given(edits=EDITS, chosen=st.sets(st.sampled_from(PATHS)))
def test_what_is_left_out_stays_as_it_was(delivered: Delivered, edits, chosen: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        theirs = edited(shutil.copytree(delivered.worktree, Path(folder, "theirs"), symlinks=True), edits)
        with applied(delivered, compute_patch(delivered, theirs, (), Path(folder)).diff) as patch:
            whole = {change.path: change for change in patch.changes()}
            # What became of one path may rule out another: a folder is no file.
            out = {path for path in whole if path in chosen or path.split("/")[0] in ("src", "run.sh")}
            patch.leave_out(out)
            assert {change.path: change for change in patch.changes()} == {
                path: change for path, change in whole.items() if path not in out
            }


@pytest.mark.parametrize("paths", [("run.sh", "run.sh/inner"), ("src", "src/app.py", "src/data/numbers.txt")])
def test_a_file_that_became_a_folder_is_taken_back_and_the_other_way_round(
    delivered, tmp_path, paths
) -> None:
    theirs = shutil.copytree(delivered.worktree, tmp_path / "theirs", symlinks=True)
    edited(theirs, [("write", paths[1] if paths[0] == "run.sh" else paths[0], b"x\n")])
    with applied(delivered, compute_patch(delivered, theirs, (), tmp_path).diff) as patch:
        assert {change.path for change in patch.changes()} == set(paths)
        patch.leave_out(paths)
        assert patch.changes() == ()


def test_a_renamed_file_has_one_counterpart_and_two_changes(delivered: Delivered, tmp_path: Path) -> None:
    theirs = shutil.copytree(delivered.worktree, tmp_path / "theirs", symlinks=True)
    (theirs / "src/data/numbers.txt").rename(theirs / "digits.txt")
    with applied(delivered, compute_patch(delivered, theirs, (), tmp_path).diff) as patch:
        (pair,) = patch.counterparts()
        assert (pair.before, pair.after, pair.hunks) == ("src/data/numbers.txt", "digits.txt", ())
        assert patch.changes() == (
            Change(path="digits.txt", mode="100644", content=b"1\n2\n3\n"),
            Change(path="src/data/numbers.txt", mode=None),
        )


def test_what_has_no_lines_has_no_hunks(delivered: Delivered, tmp_path: Path) -> None:
    theirs = shutil.copytree(delivered.worktree, tmp_path / "theirs", symlinks=True)
    (theirs / "binary").write_bytes(b"\0\1\2")
    (theirs / "src/app.py").unlink()
    (theirs / "src/app.py").symlink_to("elsewhere")
    (theirs / "run.sh").chmod(0o644)
    with applied(delivered, compute_patch(delivered, theirs, (), tmp_path).diff) as patch:
        hunks = {pair.after: pair.hunks for pair in patch.counterparts()}
    assert hunks == {"binary": None, "src/app.py": None, "run.sh": ()}


def test_a_patch_that_does_not_apply_is_told(delivered: Delivered) -> None:
    diff = b"--- a/src/app.py\n+++ b/src/app.py\n@@ -1 +1 @@\n-print('other')\n+print('new')\n"
    with pytest.raises(OSError, match=r"src/app\.py: patch does not apply"), applied(delivered, diff):
        pass


def test_no_patch_is_no_change(delivered: Delivered) -> None:
    with applied(delivered, b"") as patch:
        assert patch.changes() == patch.counterparts() == ()
        patch.leave_out({"src/app.py"})
        assert patch.changes() == ()
