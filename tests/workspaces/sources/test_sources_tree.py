import os
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.workspaces.sources import LEFT_OUT, SourceError, entries, tree_digest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_text("a = 1\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("src/a.py")
    return folder


def test_entries_are_sorted_files_and_links(tree: Path) -> None:
    (tree / "src" / "empty").mkdir()
    assert [(e.path, e.kind, e.executable) for e in entries(tree)] == [
        (b"link", "link", False),
        (b"run.sh", "file", True),
        (b"src/a.py", "file", False),
    ]


def test_the_digest_is_fixed_for_ever(tree: Path) -> None:
    assert tree_digest(tree) == "5f1dc6df1f5d6af3c1a084e50b2d83c19e9e6894f626d23bda6f51cf700d555e"


def test_the_digest_does_not_depend_on_place_time_umask_or_empty_folders(tree: Path, tmp_path: Path) -> None:
    digest = tree_digest(tree)
    shutil.move(tree, tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "empty").mkdir()
    os.utime(tmp_path / "elsewhere" / "run.sh", (1, 1))
    (tmp_path / "elsewhere" / "run.sh").chmod(0o700)
    (tmp_path / "elsewhere" / "src" / "a.py").chmod(0o600)
    assert tree_digest(tmp_path / "elsewhere") == digest


def test_the_digest_does_not_depend_on_what_tools_leave_behind(tree: Path) -> None:
    digest = tree_digest(tree)
    for name in LEFT_OUT:
        (tree / "src" / name).mkdir()
        (tree / "src" / name / "file").write_text(name)
    (tree / "node_modules" / ".cache").mkdir(parents=True)
    (tree / "node_modules" / ".cache" / "file").touch()
    assert tree_digest(tree) == digest


def change_content(tree: Path) -> None:
    (tree / "src" / "a.py").write_text("a = 2\n")


def change_name(tree: Path) -> None:
    (tree / "src" / "a.py").rename(tree / "src" / "b.py")
    (tree / "link").unlink()
    (tree / "link").symlink_to("src/b.py")


def change_mode(tree: Path) -> None:
    (tree / "run.sh").chmod(0o644)


def change_target(tree: Path) -> None:
    (tree / "link").unlink()
    (tree / "link").symlink_to("run.sh")


def change_kind(tree: Path) -> None:
    (tree / "link").unlink()
    (tree / "link").write_text("src/a.py")


def add_file(tree: Path) -> None:
    (tree / "new").touch()


@pytest.mark.parametrize(
    "change", [change_content, change_name, change_mode, change_target, change_kind, add_file]
)
def test_the_digest_tells_every_change(tree: Path, change) -> None:
    digest = tree_digest(tree)
    change(tree)
    assert tree_digest(tree) != digest


@given(
    st.dictionaries(st.from_regex(r"[a-c]{1,3}", fullmatch=True), st.binary(max_size=40), max_size=5),
    st.dictionaries(st.from_regex(r"[a-c]{1,3}", fullmatch=True), st.binary(max_size=40), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_trees_are_equal_exactly_if_their_digests_are(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, bytes], two: dict[str, bytes]
) -> None:
    digests = []
    for files in (one, two):
        folder = tmp_path_factory.mktemp("tree")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        digests.append(tree_digest(folder))
    assert (digests[0] == digests[1]) == (one == two)


def test_names_that_are_not_utf8_count(tree: Path) -> None:
    with (tree / os.fsdecode(b"\xff\n")).open("w") as file:
        file.write("x")
    assert b"\xff\n" in [entry.path for entry in entries(tree)]
    assert tree_digest(tree)


@pytest.mark.parametrize("target", ["/etc/passwd", "..", "../tree/run.sh", "src/../../x", "up/../.."])
def test_a_link_that_leaves_the_tree_is_refused(tree: Path, target: str) -> None:
    (tree / "src" / "deep").mkdir()
    (tree / "up").symlink_to("src")
    (tree / "bad").symlink_to(target)
    with pytest.raises(SourceError, match="the link 'bad' leaves the source tree: it points to"):
        tree_digest(tree)


def test_a_link_that_leaves_through_another_link_is_refused(tree: Path) -> None:
    (tree / "a" / "b").mkdir(parents=True)
    (tree / "a" / "b" / "top").symlink_to("../..")
    (tree / "a" / "b" / "bad").symlink_to("top/../x")
    with pytest.raises(SourceError, match="'a/b/bad' leaves"):
        tree_digest(tree)


def test_links_in_a_circle_and_to_nothing_are_only_links(tree: Path) -> None:
    (tree / "one").symlink_to("two")
    (tree / "two").symlink_to("one")
    (tree / "nothing").symlink_to("not/there")
    (tree / "src" / "whole").symlink_to("..")
    assert [e.path for e in entries(tree) if e.kind == "link"] == [
        b"link",
        b"nothing",
        b"one",
        b"src/whole",
        b"two",
    ]


def test_pipes_and_sockets_are_refused(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    with pytest.raises(SourceError, match="'pipe' is neither a file, a folder nor a link"):
        tree_digest(tree)
    (tree / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        place = os.open(tree, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{place}/s")
        os.close(place)
        with pytest.raises(SourceError, match="'s' is neither"):
            tree_digest(tree)


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot list the source tree: No such file"):
        tree_digest(tmp_path / "none")
