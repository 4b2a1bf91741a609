import base64
from pathlib import Path

import pytest

from specrun.workspaces.sources import SourceError
from specrun.workspaces.sources.download import ATTEMPTS, download


def test_a_file_is_saved_with_its_checksum(tmp_path: Path, site, sha256) -> None:
    content = b"content" * 100_000
    done = download(site.put("/file", content, "text/plain; charset=utf-8"), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == content
    assert (done.url, done.media_type, done.sha256) == (f"{site.url}/file", "text/plain", sha256(content))


def test_redirections_are_followed_without_the_password(tmp_path: Path, site) -> None:
    site.put("/new", b"x")
    site.answers["/old"] = (302, {"Location": "/new"}, b"")
    done = download(site.url.replace("//", "//me:p%40ss@") + "/old", tmp_path / "file")
    assert done.url == f"{site.url}/new"
    (_, first), (_, second) = site.requests
    assert first["Authorization"] == "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert "Authorization" not in second


def test_a_broken_connection_is_tried_again(tmp_path: Path, site) -> None:
    url = site.put("/file", b"x")
    site.broken["/file"] = ATTEMPTS - 1
    assert download(url, tmp_path / "file").media_type == "application/octet-stream"
    assert len(site.requests) == ATTEMPTS


def test_a_file_that_is_cut_short_is_tried_again(tmp_path: Path, site) -> None:
    site.answers["/file"] = (200, {"Content-Length": "10"}, b"cut")
    with pytest.raises(SourceError, match="/file cannot be downloaded: IncompleteRead"):
        download(f"{site.url}/file", tmp_path / "file")
    assert len(site.requests) == ATTEMPTS


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_answer_is_final(tmp_path: Path, site, status: int) -> None:
    site.answers["/file"] = (status, {}, b"sorry")
    with pytest.raises(SourceError, match=f"/file is not to be had: the server answered {status} [A-Z]"):
        download(f"{site.url}/file", tmp_path / "file")
    assert len(site.requests) == 1


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "5"}])
def test_a_file_that_is_too_large_is_refused(tmp_path: Path, site, headers: dict[str, str]) -> None:
    site.answers["/file"] = (200, headers, b"12345")
    with pytest.raises(SourceError, match="/file is larger than 4 bytes"):
        download(f"{site.url}/file", tmp_path / "file", limit=4)
    assert len(site.requests) == 1
    assert download(f"{site.url}/file", tmp_path / "file", limit=5).url == f"{site.url}/file"


@pytest.mark.parametrize("url", ["ftp://example.org/x", "file:///etc/passwd", "http://[", "http://a b/"])
def test_other_urls_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError, match="cannot be downloaded: ") as caught:
        download(url, tmp_path / "file")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "file").exists()


def test_no_server_is_a_clear_error_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^http://127\.0\.0\.1:1/x cannot be downloaded: .*refused"):
        download("http://me:secret@127.0.0.1:1/x?token=secret", tmp_path / "file")
