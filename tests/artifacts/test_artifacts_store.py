from __future__ import annotations

import hashlib
import multiprocessing
import re
from pathlib import Path

import pytest

from specrun.artifacts.lines import BLOCK
from specrun.artifacts.model import ID_PATTERN, KINDS, ArtifactError
from specrun.artifacts.store import ArtifactStore


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def content_of(store: ArtifactStore, thread: str, artifact_id: str) -> bytes:
    with store.open(thread, artifact_id) as content:
        return content.bytes(0, content.size)


def test_an_artifact_says_what_it_is(store):
    text = b"a\r\nb\xff\nc"
    artifact = store.create(
        text, thread="t1", turn="turn-2", kind="command_stderr", label="make", source_tool="call-7"
    )
    assert artifact.sha256 == hashlib.sha256(text).hexdigest()
    assert (artifact.bytes, artifact.lines, artifact.seq) == (7, 3, 1)
    assert (artifact.thread, artifact.turn, artifact.kind) == ("t1", "turn-2", "command_stderr")
    assert (artifact.label, artifact.source_tool) == ("make", "call-7")
    assert len(artifact.id) == 45
    assert re.match(ID_PATTERN, artifact.id)
    assert content_of(store, "t1", artifact.id) == text


def test_the_files_are_where_they_are_said_to_be(store, put):
    artifact = put(b"x")
    assert names(store.root) == [
        "t1/artifacts/turn-1/" + artifact.id + ".json",
        "t1/artifacts/turn-1/" + artifact.id + ".txt",
        "t1/counter",
        "t1/index/" + artifact.id,
        "t1/lock",
    ]
    assert (store.root / "t1/artifacts/turn-1" / f"{artifact.id}.txt").read_bytes() == b"x"


def test_ids_come_from_origin_and_content(tmp_path):
    facts = {"thread": "t", "turn": "u", "kind": "tool_output", "label": "l", "source_tool": "s"}
    first = ArtifactStore(tmp_path / "one").create(b"x", **facts)
    assert ArtifactStore(tmp_path / "two").create([b"", b"x"], **facts) == first
    assert first.id == "artifact-88946634-aec0-52d1-afff-5a482c8062f0"
    other = ArtifactStore(tmp_path / "three")
    changed = [{**facts, name: "chat_history" if name == "kind" else "other"} for name in facts]
    ids = {other.create(b"x", **each).id for each in changed} | {other.create(b"y", **facts).id}
    assert len(ids | {first.id}) == 7


def test_the_same_artifact_is_stored_once(store, put):
    first = put(b"x")
    before = names(store.root)
    assert put(b"x") == first
    assert names(store.root) == before
    assert put(b"y").seq == 2


def test_a_list_is_in_the_order_of_creation(store, put):
    made = [put(b"%d" % number, kind=KINDS[number % 2], turn=f"turn-{9 - number}") for number in range(9)]
    assert store.list("t1") == tuple(made)
    assert store.list("t1", KINDS[1]) == tuple(made[1::2])
    assert [artifact.seq for artifact in made] == list(range(1, 10))
    assert store.list("t2") == ()


def test_what_is_deleted_is_gone_and_its_number_is_not_given_again(store, put):
    first, second = put(b"x"), put(b"y")
    store.delete("t1", second.id)
    assert store.list("t1") == (first,)
    with pytest.raises(ArtifactError, match="no artifact"):
        store.open("t1", second.id)
    with pytest.raises(ArtifactError, match="no artifact"):
        store.delete("t1", second.id)
    assert put(b"y").seq == 3


def test_delete_leaves_what_the_store_did_not_make(store, put):
    artifact = put(b"x")
    foreign = store.root / "t1/artifacts/turn-1" / "artifact-00000000-0000-5000-8000-000000000000.txt"
    foreign.write_bytes(b"mine")
    foreign.with_suffix(".json").write_bytes(b"{}")
    with pytest.raises(ArtifactError, match="no artifact"):
        store.delete("t1", foreign.stem)
    store.delete("t1", artifact.id)
    assert foreign.read_bytes() == b"mine"


@pytest.mark.parametrize(("old", "new", "lines"), [(b"", b"a", 1), (b"a\n", b"b", 2), (b"a", b"b\n\n", 2)])
def test_append_adds_to_the_end(store, put, old, new, lines):
    before = put(old)
    after = store.append("t1", before.id, new)
    assert (after.id, after.seq, after.bytes, after.lines) == (before.id, 1, len(old + new), lines)
    assert after.sha256 == hashlib.sha256(old + new).hexdigest()
    assert store.list("t1") == (after,)
    assert content_of(store, "t1", after.id) == old + new


def test_append_over_blocks_keeps_the_lines_right(store, put, ask):
    artifact = put(b"ab\n" * BLOCK)
    store.append("t1", artifact.id, b"cd\n" * BLOCK)
    page = ask(artifact, "read", start_line=BLOCK, limit=2)
    assert page.text.split("\n")[:2] == [f"{BLOCK}: ab", f"{BLOCK + 1}: cd"]


def test_content_that_was_opened_before_an_append_stays_as_it_was(store, put):
    artifact = put(b"a\n")
    with store.open("t1", artifact.id) as content:
        store.append("t1", artifact.id, b"b\n")
        assert (content.lines, content.bytes(0, 100)) == (1, b"a\n")


def test_bytes_of_an_append_that_was_stopped_do_not_count(store, put, ask):
    artifact = put(b"a\n")
    file = store.root / "t1/artifacts/turn-1" / f"{artifact.id}.txt"
    with file.open("ab") as half:
        half.write(b"half a li")
    assert ask(artifact, "read").text == "    1: a"
    assert ask(artifact, "grep", query="half").total_matches == 0
    assert store.append("t1", artifact.id, b"b\n").bytes == 4
    assert content_of(store, "t1", artifact.id) == b"a\nb\n"


def test_the_same_content_cannot_be_stored_again_after_an_append(store, put):
    store.append("t1", put(b"a").id, b"b")
    with pytest.raises(ArtifactError, match="stored before and appended to since"):
        put(b"a")


def test_nothing_is_left_of_content_that_breaks_off(store, put):
    put(b"x")
    before = names(store.root)

    def broken():
        yield b"a"
        raise RuntimeError("the tool died")

    with pytest.raises(RuntimeError):
        put(broken())
    assert names(store.root) == before


def test_an_artifact_without_its_index_entry_is_not_there_and_can_be_made_again(store, put):
    artifact = put(b"x")
    (store.root / "t1/index" / artifact.id).unlink()
    assert store.list("t1") == ()
    assert content_of(store, "t1", put(b"x").id) == b"x"


def test_a_look_up_reads_no_other_metadata(store, put, ask):
    artifacts = [put(b"%d" % number, turn=f"turn-{number}") for number in range(5)]
    for other in artifacts[1:]:
        (store.root / "t1/artifacts" / other.turn / f"{other.id}.json").write_bytes(b"damaged")
    assert ask(artifacts[0], "read").text == "    1: 0"


DAMAGES = {
    "its metadata cannot be read": lambda json, _, __: json.write_bytes(b"{"),
    "its metadata is of another one": lambda json, _, __: json.write_bytes(
        json.read_bytes().replace(b'"total":1', b'"total":9')
    ),
    "its file is too short": lambda _, text, __: text.write_bytes(b"x"),
    "its index entry is not a turn": lambda _, __, index: index.write_bytes(b"../turn-1"),
}


@pytest.mark.parametrize("reason", DAMAGES)
def test_damage_is_said(store, put, ask, reason):
    artifact = put(b"x\n")
    text = store.root / "t1/artifacts/turn-1" / f"{artifact.id}.txt"
    DAMAGES[reason](text.with_suffix(".json"), text, store.root / "t1/index" / artifact.id)
    page = ask(artifact, "read")
    assert (page.text, page.refused) == (f"[error: read: artifact {artifact.id} is damaged: {reason}]", True)


def test_a_kind_that_is_not_one_is_refused(put):
    with pytest.raises(ArtifactError, match="no kind of artifact is called 'tool-output', did you mean"):
        put(b"", kind="tool-output")


def test_a_kind_that_is_not_one_is_not_listed(store):
    with pytest.raises(ArtifactError, match="is called 'tool-output', did you mean"):
        store.list("t1", "tool-output")


def _put_many(root: Path, worker: int) -> None:
    store = ArtifactStore(root)
    for number in range(20):
        content = f"{worker} {number}".encode()
        store.create(content, thread="t1", turn="u", kind="tool_output")


def test_several_processes_write_at_once(store):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_put_many, args=(store.root, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = store.list("t1")
    assert [artifact.seq for artifact in found] == list(range(1, 61))
    assert sorted(path.name for path in (store.root / "t1/index").iterdir()) == sorted(
        artifact.id for artifact in found
    )
