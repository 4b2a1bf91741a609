"""Cassettes that lead elsewhere, or are no files: nothing is read there, and nothing is written."""

from __future__ import annotations

import hashlib
import os
import shutil

import msgspec
import pytest
from cassette_world import HEADER, Agent, Machine, record, says, taken

from specrun.gateway.cassettes.files import digest_file, refuse_links
from specrun.gateway.cassettes.model import CassetteError
from specrun.gateway.cassettes.reading import find_cassettes, read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.cassettes.renewal import clear, renewed_folder
from specrun.gateway.cassettes.tapes import open_tape

HERE = Machine()
LINK = pytest.raises(CassetteError, match="is a link")


@pytest.fixture
def outside(tmp_path):
    """A cassette somewhere else, with an answer in a blob."""
    return record(tmp_path / "outside", HERE, taken(Agent(HERE, "chat", "Go"), says("x" * 20_000)))


def tree(folder):
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("mode", ["record", "replay", "strict", "auto"])
@pytest.mark.parametrize("name", ["", "cassette.jsonl"])
def test_a_link_is_neither_read_nor_written_through(tmp_path, outside, mode, name):
    here, before = tmp_path / "here", tree(outside)
    if name:
        here.mkdir()
    (here / name).symlink_to(outside / name)
    with LINK, open_tape(mode, here, HEADER, HERE.normaliser()):
        pass
    assert tree(outside) == before


def test_a_link_to_nothing_makes_nothing(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here/cassette.jsonl").symlink_to(tmp_path / "made")
    with LINK:
        Recorder(tmp_path / "here", HEADER, HERE.normaliser())
    assert not (tmp_path / "made").exists()


def test_blobs_are_not_elsewhere(tmp_path, outside):
    here, before = tmp_path / "here", tree(outside)
    here.mkdir()
    shutil.copy(outside / "cassette.jsonl", here)
    (here / "blobs").symlink_to(outside / "blobs")
    cassette = read_cassette(here)
    with LINK:
        cassette.body(cassette.exchanges[0])
    with Recorder(here, HEADER, HERE.normaliser()) as recorder, LINK:
        recorder.keep(taken(Agent(HERE, "chat", "More"), says("y" * 20_000)))
    (here / "blobs").unlink()
    (here / "blobs").mkdir()
    for blob in (outside / "blobs").iterdir():
        (here / "blobs" / blob.name).symlink_to(blob)
    with LINK:
        cassette.body(cassette.exchanges[0])
    assert tree(outside) == before


@pytest.mark.parametrize("name", ["here", ".here.recording", ".here.old"])
def test_a_recording_makes_nothing_new_through_a_link(tmp_path, outside, name):
    before = tree(outside)
    (tmp_path / name).symlink_to(outside)
    with LINK, renewed_folder(tmp_path / "here"):
        pass
    assert tree(outside) == before


def test_links_above_count_as_far_as_they_are_part_of_the_place(tmp_path, outside):
    (tmp_path / "link").symlink_to(tmp_path)
    folder = tmp_path / "link" / outside.name
    refuse_links(folder)
    with LINK:
        refuse_links(folder, above=1)


def test_what_is_no_file_is_refused_at_once(tmp_path):
    file = tmp_path / "cassette.jsonl"
    os.mkfifo(file)
    for use in (read_cassette, lambda folder: Recorder(folder, HEADER, HERE.normaliser())):
        with pytest.raises(CassetteError, match="not a regular file"):
            use(tmp_path)
    with pytest.raises(CassetteError, match="not a regular file"):
        digest_file(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(CassetteError, match="not a regular file"):
        read_cassette(tmp_path)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    file = tmp_path / "cassette.jsonl"
    file.touch()
    os.truncate(file, 256 * 1024**2 + 1)
    for use in (lambda: read_cassette(tmp_path), lambda: digest_file(file)):
        with pytest.raises(CassetteError, match="larger than 256 MiB"):
            use()


def test_a_digest_is_that_of_all_of_the_file(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"0123456789" * 300_000)
    assert digest_file(file) == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("field", ["agent", "case", "model", "repetition", "source"])
@pytest.mark.parametrize("mode", ["replay", "strict", "auto"])
def test_the_cassette_of_another_trial_is_not_replayed(outside, mode, field):
    other = {"repetition": 2, "source": "provider"}.get(field, "another")
    header = msgspec.structs.replace(HEADER, **{field: other})
    wrong = pytest.raises(CassetteError, match=f"is a recording of something else: {field}$")
    with wrong, open_tape(mode, outside, header, HERE.normaliser()):
        pass


def test_a_gateway_without_a_run_replays_anything(outside):
    alone = msgspec.structs.replace(HEADER, case="standalone", agent="unknown", model="any")
    with open_tape("replay", outside, alone, HERE.normaliser()) as tape:
        assert tape is not None


def test_what_a_killed_recording_left_is_no_cassette_and_goes(tmp_path, outside):
    left = shutil.copytree(outside, tmp_path / ".outside.recording")
    old = shutil.copytree(outside, tmp_path / ".outside.old")
    assert find_cassettes(tmp_path) == [outside]
    assert find_cassettes(left) == [left], "who names it sees it"
    assert clear(outside)
    assert not left.exists()
    assert not old.exists()
    assert find_cassettes(tmp_path) == [outside]


def test_what_was_moved_away_when_the_recording_was_killed_comes_back(tmp_path, outside):
    before = (outside / "cassette.jsonl").read_bytes()
    outside.rename(tmp_path / ".outside.old")
    (tmp_path / ".outside.recording").mkdir()
    assert clear(outside)
    assert (outside / "cassette.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]


def test_the_new_cassette_takes_the_place_of_the_old_one_only_when_it_is_whole(tmp_path, outside):
    before = tree(outside)
    with pytest.raises(CassetteError, match="no such file"), renewed_folder(outside) as new:
        read_cassette(record(new, HERE) / "nowhere")
    assert tree(outside) == before
    assert not new.exists()
    with renewed_folder(outside) as new:
        record(new, HERE)
        assert tree(outside) == before
    assert [path.name for path in tmp_path.rglob("*")] == ["outside", "cassette.jsonl"]


def test_a_recording_of_somebody_who_is_alive_is_left_alone(tmp_path, outside):
    with renewed_folder(outside) as new, Recorder(new, HEADER, HERE.normaliser()):
        assert not clear(outside)
        with pytest.raises(CassetteError, match="by another process"), renewed_folder(outside):
            pass
        assert (new / "cassette.jsonl").exists()
