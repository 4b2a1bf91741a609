"""What the tests of sources share: folders, archives, git repositories, a web server."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import subprocess
import tarfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    folder = tmp_path / "specs"
    folder.mkdir()
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


@pytest.fixture
def sha256() -> Callable[[bytes], str]:
    return lambda content: hashlib.sha256(content).hexdigest()


@pytest.fixture
def tar() -> Callable[..., bytes]:
    """Make a tar file of names and contents; a value may also be a TarInfo with everything but its name."""

    def make(members: dict[str, bytes | tarfile.TarInfo], compression: str = "gz") -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:
            for name, value in members.items():
                content = value if isinstance(value, bytes) else b""
                info = tarfile.TarInfo() if isinstance(value, bytes) else value
                info.name, info.size = name, len(content)
                archive.addfile(info, io.BytesIO(content))
        return buffer.getvalue()

    return make


@pytest.fixture
def tar_link() -> Callable[..., tarfile.TarInfo]:
    def make(target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
        info = tarfile.TarInfo()
        info.type, info.linkname = kind, target
        return info

    return make


@pytest.fixture
def zip_file() -> Callable[[dict[str | zipfile.ZipInfo, bytes]], bytes]:
    def make(members: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return make


class Repository(msgspec.Struct):
    """A git repository to fetch from."""

    folder: Path

    def git(self, *words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", *identity, *words], cwd=self.folder, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, bytes]) -> str:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.git("add", "--all", "--", *(files or ["."]))
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(specs: Path) -> Repository:
    folder = specs / "repository"
    folder.mkdir()
    made = Repository(folder)
    made.git("init", "--quiet")
    return made


class Site(msgspec.Struct):
    """A web server on this machine. `answers`: path to status, headers and body; `broken`: paths to how
    many more requests end without an answer."""

    url: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
    broken: dict[str, int] = {}
    requests: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, body: bytes, media_type: str = "application/octet-stream") -> str:
        """Answer `path` with `body` and return its URL."""
        self.answers[path] = (200, {"Content-Type": media_type}, body)
        return self.url + path

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.requests.append((self.path, dict(self.headers)))
            if made.broken.get(self.path, 0) > 0:
                made.broken[self.path] -= 1
                return
            status, headers, body = made.answers.get(self.path.partition("?")[0], (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()
