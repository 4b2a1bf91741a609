import json
import os
from pathlib import Path

import pytest

from specrun.spec.models.project import Source
from specrun.workspaces.sources import SourceError, fetch, locate
from specrun.workspaces.sources.index import DEFAULT_INDEX, index_url

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def publish(site, sha256, monkeypatch: pytest.MonkeyPatch):
    """Put files of the project `my-package` into an index, with its page in one of the two formats."""
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.url}/simple/")

    def publish(files: dict[str, bytes], media_type: str, hashes: bool = True) -> None:
        for name, content in files.items():
            site.put(f"/files/{name}", content)
        digests = {name: {"sha256": sha256(content)} if hashes else {} for name, content in files.items()}
        if media_type == JSON:
            listed = [{"filename": n, "url": f"../../files/{n}", "hashes": h} for n, h in digests.items()]
            page = json.dumps({"meta": {"api-version": "1.1"}, "name": "my-package", "files": listed})
        else:
            fragments = {n: f"#sha256={h['sha256']}" if h else "" for n, h in digests.items()}
            links = [f'<a href="../../files/{n}{f}" data-x="&gt;">{n}</a><br/>' for n, f in fragments.items()]
            page = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>"
        site.put("/simple/my-package/", page.encode(), media_type)

    return publish


@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", JSON])
@pytest.mark.parametrize("name", ["my_package-1.0.tar.gz", "My.Package-1.0.0.tar.gz", "my-package-1.0.zip"])
def test_the_source_distribution_is_fetched_once(
    specs: Path, cache: Path, publish, site, sha256, tar, zip_file, media_type: str, name: str
) -> None:
    make = zip_file if name.endswith(".zip") else tar
    sdist = make({"my_package-1.0/pyproject.toml": b"[project]\n", "my_package-1.0/a.py": b"a = 1\n"})
    other = {"my_package-1.0-py3-none-any.whl": b"w", "my_package-1.1.tar.gz": b"n", "nonsense": b"?"}
    publish(other | {name: sdist}, media_type)
    source = Source(pypi="My_Package==1.0", sha256=sha256(sdist))
    assert locate(source, specs, specs, cache) is None
    assert site.paths == []
    tree = fetch(source, specs, specs, cache)
    assert sorted(path.name for path in tree.path.iterdir()) == ["a.py", "pyproject.toml"]
    assert site.paths == ["/simple/my-package/", f"/files/{name}"]
    assert locate(source, specs, specs, cache) == fetch(source, specs, specs, cache) == tree
    assert len(site.paths) == 2


@pytest.mark.parametrize("media_type", ["text/html", JSON])
def test_of_two_source_distributions_the_pinned_one_is_taken(
    specs: Path, cache: Path, publish, site, sha256, tar, zip_file, media_type: str
) -> None:
    tarred, zipped = tar({"t/a": b"tar"}), zip_file({"t/a": b"zip"})
    publish({"my-package-1.0.tar.gz": tarred, "my-package-1.0.zip": zipped}, media_type)
    tree = fetch(Source(pypi="my-package==1.0", sha256=sha256(zipped)), specs, specs, cache)
    assert (tree.path / "a").read_bytes() == b"zip"


def test_an_index_without_checksums_is_no_excuse(specs: Path, cache: Path, publish, tar, sha256) -> None:
    sdist = tar({"t/a": b"1"})
    publish({"my-package-1.0.tar.gz": sdist}, "text/html", hashes=False)
    with pytest.raises(SourceError, match=r"the archive my-package==1\.0 has another checksum"):
        fetch(Source(pypi="my-package==1.0", sha256="0" * 64), specs, specs, cache)
    assert fetch(Source(pypi="my-package==1.0", sha256=sha256(sdist)), specs, specs, cache).digest


@pytest.mark.parametrize(
    ("release", "message"),
    [
        ("my-package==2.0", "/simple/ has no source distribution of my-package==2.0: correct the spec"),
        ("my-package==one", "my-package==one has no valid version: correct the spec"),
        (
            "unknown==1.0",
            "/simple/unknown/ is not to be had: the server answered 404 Not Found; check the spec",
        ),
    ],
)
def test_what_is_not_there_is_a_clear_error(
    specs: Path, cache: Path, publish, release: str, message: str
) -> None:
    publish({"my_package-1.0.tar.gz": b""}, "text/html")
    with pytest.raises(SourceError, match=message):
        fetch(Source(pypi=release, sha256="0" * 64), specs, specs, cache)


@pytest.mark.parametrize("page", [b"", b"[]", b'{"files": [{"url": 1}]}', b"\xff"])
def test_a_page_that_makes_no_sense_is_a_clear_error(
    specs: Path, cache: Path, publish, site, page: bytes
) -> None:
    site.put("/simple/my-package/", page, JSON)
    with pytest.raises(SourceError, match="gave a page that makes no sense: "):
        fetch(Source(pypi="my-package==1.0", sha256="0" * 64), specs, specs, cache)


def test_the_password_of_the_index_goes_to_its_own_files_only(
    specs: Path, cache: Path, publish, site, sha256, tar, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdist = tar({"t/a": b"1"})
    publish({"my-package-1.0.tar.gz": sdist}, "text/html")
    monkeypatch.setenv("PIP_INDEX_URL", site.url.replace("//", "//me:secret@") + "/simple")
    fetch(Source(pypi="my-package==1.0", sha256=sha256(sdist)), specs, specs, cache)
    assert all("Authorization" in headers for _, headers in site.requests)
    with pytest.raises(SourceError) as caught:
        fetch(Source(pypi="my-package==9", sha256="0" * 64), specs, specs, cache)
    assert "secret" not in str(caught.value)


def test_the_index_is_the_one_of_pips_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pip")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://mirror.example.org/simple\n")
    assert index_url() == "https://mirror.example.org/simple"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert index_url() == DEFAULT_INDEX
    monkeypatch.setenv("PIP_INDEX_URL", "https://other.example.org/simple")
    assert index_url() == "https://other.example.org/simple"
