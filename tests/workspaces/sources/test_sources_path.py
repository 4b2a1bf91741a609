from pathlib import Path

import pytest

from specrun.spec.models.project import Source
from specrun.spec.values import FileRef
from specrun.workspaces.sources import SourceError, fetch, locate, tree_digest


def test_the_folder_is_used_in_place(specs: Path, cache: Path) -> None:
    (specs / "project").mkdir()
    (specs / "project" / "a.py").write_text("a = 1\n")
    source = Source(path=FileRef("../project"))
    (specs / "sub").mkdir()
    found = locate(source, specs / "sub", specs, cache)
    assert found is not None
    assert found.path == specs / "project"
    assert found.digest == tree_digest(specs / "project")
    assert fetch(source, specs / "sub", specs, cache) == found
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("path", ["none", "file"])
def test_no_folder_is_a_clear_error(specs: Path, cache: Path, path: str) -> None:
    (specs / "file").touch()
    with pytest.raises(SourceError, match=f"^there is no folder {path}: paths are relative to the spec$"):
        locate(Source(path=FileRef(path)), specs, specs, cache)


@pytest.mark.parametrize("path", ["..", "../cache", "/", "link"])
def test_a_folder_outside_of_the_root_is_refused(specs: Path, cache: Path, path: str) -> None:
    (specs / "link").symlink_to(cache)
    with pytest.raises(SourceError, match="outside of the specs' root"):
        locate(Source(path=FileRef(path)), specs, specs, cache)


def test_a_link_that_leaves_the_folder_is_refused(specs: Path, cache: Path) -> None:
    (specs / "project").mkdir()
    (specs / "project" / "link").symlink_to("../secret")
    with pytest.raises(SourceError, match="the link 'link' leaves the source tree"):
        locate(Source(path=FileRef("project")), specs, specs, cache)
