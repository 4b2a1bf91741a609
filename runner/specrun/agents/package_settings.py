"""What package managers are told by the user's environment: where packages come from, and whom to trust."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import url2pathname

import msgspec

from specrun.spec.paths import is_file, is_folder, may_read, real
from specrun.workspaces.sweep import PREFIX, base_folder, own, remove_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIXES = ("PIP_", "npm_config_", "NPM_CONFIG_")
"""How the settings of pip and npm begin."""

NAMES = frozenset(
    {
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"),
    }
)
"""Proxies, and the certificates of those that are trusted."""

WHERE_TO_WRITE = frozenset(
    {
        *("cache", "cache_dir", "global_prefix", "local_prefix", "log", "logs_dir", "prefix", "root", "src"),
        *("target", "tmp", "user"),
    }
)
"""Settings of pip and npm, without their prefix, that are left out: an agent goes into its own folder."""

_SEVERAL = {"SSL_CERT_DIR": os.pathsep, "PIP_FIND_LINKS": " ", "PIP_EXTRA_INDEX_URL": " "}
"""Variables that may name several folders, with what stands between them."""


class PackageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Variables, and the folders of this machine that must be seen where they are set."""

    env: dict[str, str]
    readonly: tuple[Path, ...]


def is_setting(name: str) -> bool:
    """Whether a variable is one of those that package managers are told."""
    of_a_manager = next((name.removeprefix(each) for each in PREFIXES if name.startswith(each)), None)
    if of_a_manager is None:
        return name in NAMES
    return of_a_manager.lower().replace("-", "_") not in WHERE_TO_WRITE


@contextmanager
def package_settings(environment: Mapping[str, str]) -> Iterator[PackageSettings]:
    """The settings in an environment, and nothing else of it. Credentials of an index may be among them.

    Files that they name, such as certificates, are copied for as long as the context lasts: the folders
    around them are nobody's business, and a single file cannot be shown everywhere.
    """
    settings = {name: environment[name] for name in sorted(environment) if is_setting(name)}
    if not settings:
        yield PackageSettings(env={}, readonly=())
        return
    copies = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base_folder())).resolve()
    lock = own(copies)
    try:
        found: dict[Path, None] = {copies: None}
        env = {name: _as_inside(name, value, copies, found) for name, value in settings.items()}
        yield PackageSettings(env=env, readonly=tuple(found))
    finally:
        remove_folder(copies)
        os.close(lock)


def _as_inside(name: str, value: str, copies: Path, found: dict[Path, None]) -> str:
    """The value as it is to be set inside. Adds the folders that it names to those that are found."""
    between = _SEVERAL.get(name)
    words = []
    for word in value.split(between) if between else [value]:
        is_url = word.startswith("file://")
        path = Path(url2pathname(word.removeprefix("file://")) if is_url else word)
        inside = None
        if path.is_absolute() and is_file(path) and may_read(path):
            inside = Path(tempfile.mkdtemp(dir=copies)) / path.name
            shutil.copyfile(path, inside)
        elif path.is_absolute() and (is_url or between) and is_folder(path):
            inside = real(path)
            found[inside] = None
        if inside is not None:
            word = inside.as_uri() if is_url else str(inside)
        words.append(word)
    return (between or "").join(words)
