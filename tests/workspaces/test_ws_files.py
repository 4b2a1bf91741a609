from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.workspaces.files import read_contained, remove_contained, write_contained


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_text("secret")
    return folder


@pytest.fixture
def root(tmp_path: Path, outside: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "real").mkdir(parents=True)
    (folder / "real" / "file").write_text("text")
    (folder / "link").symlink_to(outside / "secret")
    (folder / "linked").symlink_to(outside)
    (folder / "inner").symlink_to("real")
    (folder / "real" / "up").symlink_to("../../outside/secret")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "fifo")
    return folder


def test_reads_a_regular_file(root: Path) -> None:
    assert read_contained(root, "real/file", 4) == b"text"
    assert read_contained(root, "./real//file", 4) == b"text"


@pytest.mark.parametrize(
    "path",
    [
        "link",
        "linked/secret",
        "inner/file",
        "real/up",
        "loop",
        "fifo",
        "real",
        "none",
        "real/file/x",
        "x" * 300,
    ],
)
def test_reads_nothing_else(root: Path, path: str) -> None:
    assert read_contained(root, path, 100) is None


@pytest.mark.parametrize(
    "path", ["..", "../outside/secret", "real/../../outside/secret", "/etc/passwd", "", ".", "a\0b"]
)
def test_paths_that_leave_the_root_are_refused(root: Path, path: str) -> None:
    with pytest.raises(ValueError, match="not a path inside the project"):
        read_contained(root, path, 100)
    with pytest.raises(ValueError, match="not a path inside the project"):
        write_contained(root, path, b"")
    with pytest.raises(ValueError, match="not a path inside the project"):
        remove_contained(root, path)


def test_a_file_over_the_limit_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="larger than 3 bytes"):
        read_contained(root, "real/file", 3)


def test_writes_and_makes_folders(root: Path) -> None:
    write_contained(root, "a/b/c.txt", b"new")
    assert (root / "a/b/c.txt").read_bytes() == b"new"
    write_contained(root, "a/b/c.txt", b"")
    assert (root / "a/b/c.txt").read_bytes() == b""


def test_a_link_in_the_way_is_replaced_not_followed(root: Path, outside: Path) -> None:
    for path in ("link", "real/up", "loop", "fifo"):
        write_contained(root, path, b"mine")
        assert (root / path).lstat().st_size == 4
        assert read_contained(root, path, 4) == b"mine"
    assert (outside / "secret").read_text() == "secret"


@pytest.mark.parametrize(
    "path", ["linked/secret", "linked/new", "inner/new", "real/file/x", "real", "x" * 300]
)
def test_writing_through_a_link_or_over_a_folder_is_refused(root: Path, outside: Path, path: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        write_contained(root, path, b"mine")
    assert names(outside) == ["secret"]
    assert (outside / "secret").read_text() == "secret"


def test_hard_links_keep_their_content(root: Path, outside: Path) -> None:
    (root / "hard").hardlink_to(outside / "secret")
    write_contained(root, "hard", b"mine")
    assert (outside / "secret").read_text() == "secret"


@pytest.mark.parametrize(
    ("before", "after"), [(0o644, 0o644), (0o600, 0o644), (0o755, 0o755), (0o4711, 0o755)]
)
def test_a_program_stays_executable(root: Path, before: int, after: int) -> None:
    (root / "real/file").chmod(before)
    write_contained(root, "real/file", b"mine")
    assert (root / "real/file").stat().st_mode & 0o7777 == after


def test_removes_files_and_links_but_no_folders(root: Path, outside: Path) -> None:
    for path in ("real/file", "link", "linked", "fifo", "none", "linked/secret", "real"):
        remove_contained(root, path)
    assert names(root) == ["inner", "loop", "real"]
    assert names(outside) == ["secret"]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["..", ".", "", "a", "linked", "inner", "real", "secret", "file"]), max_size=6)
)
def test_no_path_reaches_outside(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("case")
    (folder / "outside").mkdir()
    (folder / "root" / "real").mkdir(parents=True)
    (folder / "root" / "linked").symlink_to(folder / "outside")
    (folder / "root" / "inner").symlink_to("..")
    for write in (write_contained, lambda root, path, _: remove_contained(root, path)):
        with suppress(ValueError):
            write(folder / "root", "/".join(parts), b"mine")
    assert names(folder / "outside") == []
    assert names(folder) == ["outside", "root"]
