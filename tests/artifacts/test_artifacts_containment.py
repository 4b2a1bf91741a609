"""Nothing leads out of the store or from one thread to another."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specrun.artifacts.model import ArtifactError
from specrun.artifacts.names import LONGEST_COMPONENT, component, is_component
from specrun.artifacts.store import ArtifactStore

ODD_NAMES = [
    "..",
    ".",
    "",
    "/",
    "/etc",
    "../../x",
    "a/b",
    "a_b",
    "a\0b",
    "A",
    "a",
    "%2F",
    "a\n",
    "ä",
    ".a",
    "-rf",
]
ODD_NAMES += ["x" * 1000, "x" * 999, "ä" * 1000, "con", "a b", "a%2Fb", "~", "index", "lock"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_stay_inside(tmp_path, name):
    store = ArtifactStore(tmp_path / "a" / "store")
    artifact = store.create(b"x", thread=name, turn=name, kind="tool_output", label=name)
    assert store.list(name) == (artifact,)
    with store.open(name, artifact.id) as content:
        assert content.bytes(0, 9) == b"x"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
    assert list((tmp_path / "a").iterdir()) == [store.root]
    assert len(list(store.root.iterdir())) == 1
    store.delete(name, artifact.id)


def test_odd_names_do_not_collide(store):
    for name in ODD_NAMES:
        store.create(name.encode(), thread=name, turn="u", kind="tool_output")
    assert len(list(store.root.iterdir())) == len(ODD_NAMES)
    assert all(len(store.list(name)) == 1 for name in ODD_NAMES)


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
@example("a/b", "a_b")
@example("x" * LONGEST_COMPONENT, "x" * (LONGEST_COMPONENT + 1))
def test_components_are_safe_and_never_the_same(one, two):
    for name in (one, two):
        assert is_component(component(name))
        assert len(component(name)) <= 255
    assert (component(one).lower() == component(two).lower()) == (one == two)


@pytest.mark.parametrize("name", ["..", ".", "a/b", "", "a\0", "A", ".a", "%zz", "a\n", "x" * 300])
def test_what_is_no_component(name):
    assert not is_component(name)


@pytest.mark.parametrize("name", ["\ud800", "x" * 1001])
def test_names_that_cannot_be_are_refused(store, name):
    for names in ({"thread": name}, {"turn": name}, {"label": name}, {"source_tool": name}):
        facts = {"thread": "t", "turn": "u", "kind": "tool_output", **names}
        with pytest.raises(ArtifactError):
            store.create(b"x", **facts)


@pytest.mark.parametrize("place", ["t1", "t1/artifacts", "t1/index", "t1/artifacts/turn-1"])
def test_a_linked_folder_is_not_followed(store, put, ask, tmp_path, place):
    artifact = put(b"x")
    outside = tmp_path / "outside"
    (store.root / place).rename(outside)
    (store.root / place).symlink_to(outside)
    before = sorted(outside.rglob("*"))
    page = ask(artifact, "read")
    assert page.refused
    assert "in the store is a link" in page.text
    for act in (
        lambda: put(b"y"),
        lambda: store.delete("t1", artifact.id),
        lambda: store.append("t1", artifact.id, b""),
    ):
        with pytest.raises(ArtifactError, match="a link"):
            act()
    assert sorted(outside.rglob("*")) == before
    assert not [path for path in outside.rglob("*") if path.name.endswith(".new")]


@pytest.mark.parametrize(
    "name", ["artifacts/turn-1/{}.txt", "artifacts/turn-1/{}.json", "index/{}", "lock", "counter"]
)
def test_a_linked_file_is_not_followed(store, put, ask, tmp_path, name):
    artifact = put(b"x")
    outside = tmp_path / "outside"
    file = store.root / "t1" / name.format(artifact.id)
    file.rename(outside)
    content = outside.read_bytes()
    file.symlink_to(outside)
    if "{}" in name:
        assert "a link" in ask(artifact, "read").text
    else:
        with pytest.raises(ArtifactError, match="a link"):
            put(b"y")
    assert outside.read_bytes() == content


def test_a_pipe_is_not_waited_for(store, put, ask):
    artifact = put(b"x")
    file = store.root / "t1/artifacts/turn-1" / f"{artifact.id}.txt"
    file.unlink()
    os.mkfifo(file)
    assert "is not a regular file" in ask(artifact, "read").text


def test_the_root_itself_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    store = ArtifactStore(tmp_path / "link")
    artifact = store.create(b"x", thread="t", turn="u", kind="tool_output")
    assert store.list("t") == (artifact,)


def test_another_thread_learns_nothing(store, put, ask):
    elsewhere = store.create(b"secret", thread="t2", turn="turn-1", kind="tool_output", label="secret")
    nowhere = "artifact-00000000-0000-5000-8000-000000000000"
    for first in (None, b"own"):
        if first:
            put(first)
        for tool, args in (("read", {}), ("grep", {"query": "s"}), ("tail", {})):
            pages = [ask(name, tool, **args) for name in (elsewhere.id, nowhere)]
            assert all(page.refused for page in pages)
            assert pages[0].text.replace(elsewhere.id, nowhere) == pages[1].text
    for act in (store.open, store.delete, lambda thread, name: store.append(thread, name, b"x")):
        with pytest.raises(ArtifactError, match="no artifact"):
            act("t1", elsewhere.id)


@pytest.mark.parametrize(
    "name", ["", "..", "../t2/x", "artifact-1", "counter", "artifact-\n", "\0", "x" * 5000]
)
def test_an_id_that_is_none_is_not_looked_up(put, ask, name):
    put(b"x")
    page = ask(name, "read")
    assert page.refused
    assert page.text.startswith("[error: read: no artifact '")
    assert len(page.text) < 200
