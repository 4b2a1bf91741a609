"""Read a Python package index: the simple repository API, as HTML (PEP 503) or JSON (PEP 691)."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import msgspec

from specrun.workspaces.sources.base import SourceError, public
from specrun.workspaces.sources.download import download

DEFAULT_INDEX = "https://pypi.org/simple"

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.5, text/html;q=0.2"
_PAGE_LIMIT = 64 * 1024**2


class IndexFile(msgspec.Struct, frozen=True):
    """A file of a project: its name, where it is, and its SHA-256 in hexadecimal if the index tells it."""

    name: str
    url: str
    sha256: str | None


def index_url() -> str:
    """The index that pip would use: PIP_INDEX_URL, else pip's configuration, else the public one."""
    return os.environ.get("PIP_INDEX_URL") or _configured_index() or DEFAULT_INDEX


def project_files(project: str, index: str) -> tuple[IndexFile, ...]:
    """The files of a project, by its normalised name (PEP 503), in the order of the index.

    Raises SourceError if the index cannot be read or has no such project.
    """
    with tempfile.TemporaryDirectory(prefix="specrun-index-") as temporary:
        file = Path(temporary) / "page"
        page = download(f"{index.rstrip('/')}/{project}/", file, _ACCEPT, _PAGE_LIMIT)
        body = file.read_bytes()
    try:
        found = _read_json(body) if page.media_type.endswith("+json") else _read_html(body)
        return tuple(_resolve(item, page.url, index) for item in found)
    except ValueError as error:
        raise SourceError(
            f"the package index {public(index)} gave a page that makes no sense: {error}"
        ) from error


def _configured_index() -> str:
    """What pip's configuration says; nothing where there is no pip or no such setting.

    Not by `pip config get`, which in older versions reads only one of the configuration files.
    """
    argv = [sys.executable, "-P", "-m", "pip", "config", "list"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        if key == "global.index-url":
            return str(ast.literal_eval(value))
    return ""


def _resolve(file: IndexFile, page: str, index: str) -> IndexFile:
    """Make the URL absolute. The index's own user and password go with files on the same host."""
    url = urljoin(page, file.url)
    user, _, host = urlsplit(index).netloc.rpartition("@")
    if user and urlsplit(url).netloc == host:
        url = url.replace(f"//{host}", f"//{user}@{host}", 1)
    return IndexFile(file.name, url, file.sha256)


class _JsonFile(msgspec.Struct):
    filename: str
    url: str
    hashes: dict[str, str] = {}


class _JsonPage(msgspec.Struct):
    files: tuple[_JsonFile, ...]


def _read_json(body: bytes) -> list[IndexFile]:
    page = msgspec.json.decode(body, type=_JsonPage)
    return [IndexFile(file.filename, file.url, file.hashes.get("sha256")) for file in page.files]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _read_html(body: bytes) -> list[IndexFile]:
    links = _Links()
    links.feed(body.decode("utf-8", "replace"))
    return [_linked_file(target) for target in links.targets]


def _linked_file(target: str) -> IndexFile:
    """The file name is the last part of the path; the fragment is `sha256=<hex>` (PEP 503)."""
    parts = urlsplit(target)
    sha256 = parse_qs(parts.fragment).get("sha256", [None])[0]
    return IndexFile(unquote(parts.path).rpartition("/")[2], target, sha256)
