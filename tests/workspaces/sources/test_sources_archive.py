from pathlib import Path

import pytest

from specrun.spec.models.project import Source
from specrun.workspaces.sources import SourceError, fetch, locate, not_fetched


def test_an_archive_beside_the_spec_needs_no_fetching(specs: Path, cache: Path, tar, sha256) -> None:
    content = tar({"top/a.py": b"a = 1\n"})
    (specs / "a.tar.gz").write_bytes(content)
    source = Source(archive="a.tar.gz", sha256=sha256(content))
    tree = locate(source, specs, specs, cache)
    assert tree is not None
    assert (tree.path / "a.py").read_text() == "a = 1\n"
    (specs / "a.tar.gz").unlink()
    assert locate(source, specs, specs, cache) == tree


def test_an_archive_at_a_url_is_fetched_once(specs: Path, cache: Path, tar, sha256, site) -> None:
    content = tar({"top/a.py": b"a = 1\n"})
    source = Source(archive=site.put("/a.tar.gz", content), sha256=sha256(content))
    assert locate(source, specs, specs, cache) is None
    assert site.paths == []
    assert not_fetched(source) == f"{site.url}/a.tar.gz is not in the cache: run `specrun fetch SPEC`"
    tree = fetch(source, specs, specs, cache)
    assert fetch(source, specs, specs, cache) == locate(source, specs, specs, cache) == tree
    assert site.paths == ["/a.tar.gz"]


def test_another_checksum_is_refused_before_anything_is_unpacked(
    specs: Path, cache: Path, tar, sha256
) -> None:
    content = tar({"../evil": b"x"})
    (specs / "a.tar").write_bytes(content)
    with pytest.raises(
        SourceError, match=f"another checksum: its sha256 is {sha256(content)}, the spec says 0"
    ):
        locate(Source(archive="a.tar", sha256="0" * 64), specs, specs, cache)
    assert list((cache / "sources" / "archive").iterdir()) == []


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"../evil": b"x"}, "a member outside of its folder: '../evil'"),
        ({"t/bad": "/etc/passwd"}, "the link 'bad' leaves the source tree: it points to '/etc/passwd'"),
        ({"t/bad": "../other/x", "other/x": b""}, None),
        ({"t/bad": "../../x", "other/x": b""}, "the link 't/bad' leaves the source tree"),
    ],
)
def test_an_unsafe_archive_is_refused(
    specs: Path,
    cache: Path,
    tar,
    tar_link,
    sha256,
    members: dict[str, bytes | str],
    message: str | None,
) -> None:
    content = tar(
        {name: tar_link(value) if isinstance(value, str) else value for name, value in members.items()}
    )
    (specs / "a.tar").write_bytes(content)
    source = Source(archive="a.tar", sha256=sha256(content))
    if message is None:
        assert fetch(source, specs, specs, cache).path.is_dir()
        return
    with pytest.raises(SourceError, match=message):
        fetch(source, specs, specs, cache)
    assert list((cache / "sources" / "archive").iterdir()) == []


def test_a_missing_file_is_a_clear_error(specs: Path, cache: Path) -> None:
    with pytest.raises(SourceError, match=r"^cannot read the archive none\.zip: No such file or directory; "):
        locate(Source(archive="none.zip", sha256="0" * 64), specs, specs, cache)
