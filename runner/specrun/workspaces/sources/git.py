"""`git`: one commit of a git repository, exactly as it is stored there: no filters, hooks or submodules."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.workspaces.git import RAW_ATTRIBUTES, GitError, git
from specrun.workspaces.sources.base import Place, SourceError, Tree, is_url, public
from specrun.workspaces.sources.store import store, stored

if TYPE_CHECKING:
    from specrun.spec.models.project import Source

PROTOCOLS = "file:https:ssh:git:http"
"""What git may use to reach a repository."""

_CONNECTION = {
    "GIT_ALLOW_PROTOCOL": PROTOCOLS,
    "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
    "GIT_HTTP_LOW_SPEED_TIME": "60",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=60 -oServerAliveInterval=20",
}
"""Nothing may ask the user, and a silent server is given up."""

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_MACHINE = (
    *_PROXIES,
    *(name.upper() for name in _PROXIES),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSH_AUTH_SOCK"),
)
"""The user's variables that say how this machine reaches the network."""


def locate(source: Source, place: Place) -> Tree | None:
    """The commit from the cache, or from a repository on this machine."""
    kept = stored(_folder(source, place))
    if kept is None and not is_url(str(source.git)):
        return fetch(source, place)
    return kept


def fetch(source: Source, place: Place) -> Tree:
    """The commit, from the repository if it is not in the cache.

    Raises SourceError if the repository cannot be read or has no such commit.
    """
    return store(_folder(source, place), lambda tree: _export(source, place, tree))


def _folder(source: Source, place: Place) -> Path:
    return place.cache / "sources" / "git" / str(source.commit)


def _export(source: Source, place: Place, tree: Path) -> None:
    commit, location = str(source.commit), str(source.git)
    url = location if is_url(location) else str((place.base / location).resolve())
    if not is_url(location) and not Path(url).is_dir():
        raise SourceError(f"there is no git repository {location}: paths are relative to the spec")
    with tempfile.TemporaryDirectory(prefix="specrun-git-") as temporary:
        repository = Path(temporary) / "repository"
        try:
            git("init", "--quiet", "--bare", git_dir=repository)
            _bring(repository, url, commit)
            if not _has_commit(repository, commit):
                raise SourceError(
                    f"the git repository {public(location)} has no commit {commit}: correct the spec"
                )
            _check_out(repository, commit, tree)
        except OSError as error:
            raise SourceError(
                f"cannot fetch commit {commit} of the git repository {public(location)}: {error}"
            ) from error


def _bring(repository: Path, url: str, commit: str) -> None:
    """Fetch the one commit; where the server refuses to give a single commit, fetch everything."""
    env = {name: os.environ[name] for name in _MACHINE if name in os.environ} | _CONNECTION
    fetch = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    try:
        git(*fetch, "--depth=1", "--", url, commit, git_dir=repository, env=env)
    except GitError:
        git(*fetch, "--", url, "+refs/*:refs/all/*", git_dir=repository, env=env)


def _has_commit(repository: Path, commit: str) -> bool:
    try:
        return git("cat-file", "-t", commit, git_dir=repository).strip() == b"commit"
    except GitError:
        return False


def _check_out(repository: Path, commit: str, tree: Path) -> None:
    """Write the commit's files. Attributes in `info` overrule those that the commit brings along."""
    (repository / "info").mkdir(exist_ok=True)
    (repository / "info" / "attributes").write_text(RAW_ATTRIBUTES)
    tree.mkdir()
    git("read-tree", commit, git_dir=repository)
    git("checkout-index", "--all", "--quiet", git_dir=repository, env={"GIT_WORK_TREE": str(tree)})
