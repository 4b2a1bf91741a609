import gzip
import io
import random
import stat
import struct
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specrun.workspaces.sources import SourceError, tree_digest
from specrun.workspaces.sources.unpack import LIMITS, Limits, unpack


@pytest.fixture
def unpacked(tmp_path: Path):
    """Unpack an archive, given as bytes, and return the folder."""

    def run(content: bytes, limits: Limits = LIMITS) -> Path:
        room = tmp_path / "room"
        room.mkdir(exist_ok=True)
        (room / "archive").write_bytes(content)
        unpack(room / "archive", room / "tree", limits)
        return room / "tree"

    return run


def listing(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("compression", ["", "gz", "bz2", "xz"])
def test_every_kind_of_tar_gives_the_same_tree(unpacked, tar, compression: str) -> None:
    files = {"top/a": b"1", "top/sub/b": b"22" * 9000}
    assert listing(unpacked(tar(files, compression))) == {"a": b"1", "sub/b": b"22" * 9000}


def test_a_zip_gives_the_same_tree_as_a_tar(tmp_path: Path, tar, zip_file, tar_link) -> None:
    script = tarfile.TarInfo()
    script.mode = 0o755
    (tmp_path / "tar").write_bytes(tar({"t/a": b"1", "t/run": script, "t/link": tar_link("a")}))
    run, link = zipfile.ZipInfo("t/run"), zipfile.ZipInfo("t/link")
    run.external_attr = (stat.S_IFREG | 0o755) << 16
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (tmp_path / "zip").write_bytes(zip_file({"t/": b"", "t/a": b"1", run: b"", link: b"a"}))
    for name in ("tar", "zip"):
        unpack(tmp_path / name, tmp_path / f"{name}.tree")
    assert (tmp_path / "zip.tree" / "link").is_symlink()
    assert tree_digest(tmp_path / "tar.tree") == tree_digest(tmp_path / "zip.tree")


@pytest.mark.parametrize("names", [["a", "b/c"], ["a/x", "b/x"], ["a"]])
def test_only_a_single_top_folder_is_left_out(unpacked, tar, names: list[str]) -> None:
    assert sorted(listing(unpacked(tar(dict.fromkeys(names, b""))))) == names


def test_a_hard_link_becomes_a_copy(unpacked, tar, tar_link) -> None:
    tree = unpacked(tar({"t/a": b"1", "t/b": tar_link("t/a", tarfile.LNKTYPE)}))
    assert listing(tree) == {"a": b"1", "b": b"1"}


def test_a_later_member_replaces_an_earlier_one(unpacked) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for content in (b"old, longer", b"new"):
            info = tarfile.TarInfo("t/a")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    assert listing(unpacked(buffer.getvalue())) == {"a": b"new"}


@pytest.mark.parametrize("name", ["/etc/x", "../x", "t/../../x", "t/.."])
def test_names_that_leave_are_refused(unpacked, tar, zip_file, name: str, tmp_path: Path) -> None:
    for content in (tar({"t/a": b"1", name: b"x"}), zip_file({"t/a": b"1", name: b"x"})):
        with pytest.raises(SourceError, match="the archive has a member outside of its folder: "):
            unpacked(content)
        assert [path.name for path in (tmp_path / "room").iterdir()] == ["archive"]
        assert not (tmp_path / "x").exists()


def test_nothing_is_written_through_a_link(unpacked, tar, tar_link, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    with pytest.raises(SourceError, match="File exists"):
        unpacked(tar({"t/link": tar_link(str(tmp_path / "outside")), "t/link/file": b"x"}))
    assert list((tmp_path / "outside").iterdir()) == []


def test_nothing_is_copied_through_a_link(unpacked, tar, tar_link, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    link, copy = tar_link(str(tmp_path / "secret")), tar_link("t/link", tarfile.LNKTYPE)
    with pytest.raises(SourceError, match="'t/copy' repeats 't/link', which is not there"):
        unpacked(tar({"t/link": link, "t/copy": copy}))


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(unpacked, tar, tar_link, kind: bytes) -> None:
    with pytest.raises(SourceError, match="a member that is no file, folder or link: 't/x'"):
        unpacked(tar({"t/a": b"1", "t/x": tar_link("", kind)}))


def test_a_pipe_in_a_zip_is_refused(unpacked, zip_file) -> None:
    pipe = zipfile.ZipInfo("t/x")
    pipe.external_attr = (stat.S_IFIFO | 0o644) << 16
    with pytest.raises(SourceError, match="a member that is no file, folder or link: 't/x'"):
        unpacked(zip_file({pipe: b""}))


def test_a_small_archive_that_grows_huge_is_refused(unpacked, tar, zip_file) -> None:
    zeros = {"t/a": bytes(300_000), "t/b": bytes(300_000)}
    limits = Limits(small=500_000)
    for content in (tar(zeros), tar(zeros, "xz"), zip_file(zeros)):
        with pytest.raises(SourceError, match="grows too large when it is unpacked"):
            unpacked(content, limits)


def test_a_large_archive_is_refused_however_little_it_grows(unpacked, tar) -> None:
    content = tar({"t/a": random.Random(0).randbytes(100_000)})
    with pytest.raises(SourceError, match="grows too large"):
        unpacked(content, Limits(size=99_999))
    assert len(unpacked(content, Limits(size=100_000)).joinpath("a").read_bytes()) == 100_000


def test_hard_links_count_as_what_they_repeat(unpacked, tar, tar_link) -> None:
    members = {"t/a": bytes(1000)} | {f"t/{n}": tar_link("t/a", tarfile.LNKTYPE) for n in range(100)}
    with pytest.raises(SourceError, match="grows too large"):
        unpacked(tar(members), Limits(size=100_000))


def test_a_header_that_grows_huge_is_refused(unpacked) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 20 * 1024**2
    with pytest.raises(SourceError, match="grows too large when it is unpacked"):
        unpacked(gzip.compress(name.tobuf() + bytes(name.size), 1))


def test_too_many_members_are_refused(unpacked, tar, zip_file) -> None:
    members = {f"t/{number}": b"" for number in range(11)}
    for content in (tar(members), zip_file(members)):
        with pytest.raises(SourceError, match="more than 10 members"):
            unpacked(content, Limits(members=10))


def test_too_many_folders_inside_one_another_are_refused(unpacked, tar) -> None:
    with pytest.raises(SourceError, match="nested deeper than 200"):
        unpacked(tar({"d/" * 2000 + "x": b""}))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\3\4 cut", b"\x1f\x8b\x08 cut", b"BZh9 cut"])
def test_what_is_no_archive_is_a_clear_error(unpacked, content: bytes) -> None:
    with pytest.raises(SourceError, match=r"^the archive cannot be unpacked: ") as caught:
        unpacked(content)
    assert "\n" not in str(caught.value)


def test_an_encrypted_zip_is_a_clear_error(unpacked, zip_file) -> None:
    content = bytearray(zip_file({"t/a": b"1"}))
    for magic, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", content, content.index(magic) + offset, 1)
    with pytest.raises(SourceError, match=r"cannot be unpacked: .*encrypted"):
        unpacked(bytes(content))


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip"])
@given(data=st.data())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_damage_is_never_more_than_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, tar, zip_file, tar_link, kind: str, data: st.DataObject
) -> None:
    files = {"t/a": b"1" * 50, "t/b": b"2"}
    if kind == "zip":
        content = bytearray(zip_file(files))
    else:
        content = bytearray(tar(files | {"t/l": tar_link("a")}, kind.partition(".")[2])[:4096])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "archive").write_bytes(content)
    with suppress(SourceError):
        unpack(folder / "archive", folder / "tree")
    assert {path.name for path in folder.iterdir()} <= {"archive", "tree"}
