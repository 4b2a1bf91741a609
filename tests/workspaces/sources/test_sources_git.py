import shutil
from pathlib import Path

import pytest

from specrun.spec.models.project import Source
from specrun.workspaces.sources import SourceError, entries, fetch, locate, not_fetched


def test_the_commit_is_checked_out_without_its_repository(specs: Path, cache: Path, repository) -> None:
    first = repository.commit({"src/a.py": b"a = 1\n", "run.sh": b"#!/bin/sh\n"})
    repository.commit({"src/a.py": b"a = 2\n"})
    tree = locate(Source(git="repository", commit=first), specs, specs, cache)
    assert tree is not None
    assert [entry.path for entry in entries(tree.path)] == [b"run.sh", b"src/a.py"]
    assert (tree.path / "src" / "a.py").read_bytes() == b"a = 1\n"
    assert not (tree.path / ".git").exists()


def test_once_fetched_the_repository_is_not_needed(specs: Path, cache: Path, repository) -> None:
    source = Source(git=f"file://{repository.folder}", commit=repository.commit({"a": b"1"}))
    assert locate(source, specs, specs, cache) is None
    fetched = fetch(source, specs, specs, cache)
    shutil.rmtree(repository.folder)
    assert locate(source, specs, specs, cache) == fetched
    assert fetch(source, specs, specs, cache) == fetched


def test_a_server_that_gives_no_single_commit_is_asked_for_everything(
    specs: Path, cache: Path, repository, site
) -> None:
    first = repository.commit({"a": b"1"})
    repository.commit({"a": b"2"})
    repository.git("update-server-info")
    metadata = repository.folder / ".git"
    for file in metadata.rglob("*"):
        if file.is_file():
            site.put(f"/r/{file.relative_to(metadata)}", file.read_bytes())
    tree = fetch(Source(git=f"{site.url}/r", commit=first), specs, specs, cache)
    assert (tree.path / "a").read_bytes() == b"1"


def test_content_is_taken_byte_for_byte(specs: Path, cache: Path, repository) -> None:
    content = b"$Id$\none\r\ntwo\n"
    repository.commit({"text": content})
    commit = repository.commit({".gitattributes": b"text text eol=crlf ident working-tree-encoding=UTF-16\n"})
    tree = fetch(Source(git="repository", commit=commit), specs, specs, cache)
    assert (tree.path / "text").read_bytes() == content


def test_the_users_configuration_hooks_and_filters_have_no_say(
    specs: Path,
    cache: Path,
    repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    witness = tmp_path / "witness"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {witness}\n")
    (hooks / "post-checkout").chmod(0o755)
    config = f'[core]\nhooksPath = {hooks}\n[filter "f"]\nsmudge = touch {witness}; cat\nrequired = true\n'
    (tmp_path / "config").write_text(config)
    commit = repository.commit({".gitattributes": b"* filter=f\n", "a": b"1"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    fetch(Source(git="repository", commit=commit), specs, specs, cache)
    assert not witness.exists()


def test_links_stay_links_and_must_stay_inside(specs: Path, cache: Path, repository) -> None:
    repository.commit({"a": b"1"})
    (repository.folder / "link").symlink_to("a")
    good = repository.commit({})
    (repository.folder / "bad").symlink_to("/etc/passwd")
    bad = repository.commit({})
    tree = fetch(Source(git="repository", commit=good), specs, specs, cache)
    assert (tree.path / "link").is_symlink()
    with pytest.raises(SourceError, match="the link 'bad' leaves the source tree"):
        fetch(Source(git="repository", commit=bad), specs, specs, cache)
    assert locate(Source(git="file:///x", commit=bad), specs, specs, cache) is None


def test_a_submodule_stays_empty(specs: Path, cache: Path, repository) -> None:
    commit = repository.commit({"a": b"1"})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    repository.git("commit", "--quiet", "--message", "submodule")
    tree = fetch(Source(git="repository", commit=repository.git("rev-parse", "HEAD")), specs, specs, cache)
    assert [entry.path for entry in entries(tree.path)] == [b"a"]


def test_what_is_no_commit_is_a_clear_error(specs: Path, cache: Path, repository) -> None:
    repository.commit({"a": b"1"})
    repository.git("tag", "--annotate", "--message", "t", "v1")
    for other in ("f" * 40, repository.git("rev-parse", "HEAD:a"), repository.git("rev-parse", "v1")):
        with pytest.raises(SourceError, match=f"^the git repository repository has no commit {other}: "):
            locate(Source(git="repository", commit=other), specs, specs, cache)
    assert list((cache / "sources" / "git").iterdir()) == []


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("none", "there is no git repository none: paths are relative to the spec"),
        ("--upload-pack=touch pwned", "there is no git repository --upload-pack"),
        ("ext::sh -c 'touch pwned'", "cannot fetch commit 1+ of the git repository .*'ext' not allowed"),
        ("https://me:secret@127.0.0.1:1/x.git", "git repository https://127.0.0.1:1/x.git"),
    ],
)
def test_what_is_no_repository_is_a_clear_error(
    specs: Path, cache: Path, location: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        fetch(Source(git=location, commit="1" * 40), specs, specs, cache)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(specs.iterdir()) == []


def test_a_source_that_was_changed_in_the_cache_is_refused(specs: Path, cache: Path, repository) -> None:
    source = Source(git="repository", commit=repository.commit({"a": b"1"}))
    tree = fetch(source, specs, specs, cache)
    (tree.path / "a").write_bytes(b"2")
    with pytest.raises(SourceError, match="was changed: remove it and run `specrun fetch SPEC`"):
        locate(source, specs, specs, cache)


def test_the_user_is_told_to_fetch() -> None:
    source = Source(git="https://me:secret@example.org/x.git", commit="1" * 40)
    told = not_fetched(source)
    assert told == "https://example.org/x.git is not in the cache: run `specrun fetch SPEC`"
