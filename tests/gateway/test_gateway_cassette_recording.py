from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import msgspec
import pytest
from cassette_world import HEADER, OTHER, Agent, Machine, answered, player, record, says, taken
from gateway_lanes import one_lane

from specrun.gateway.cassettes.model import CassetteError, Note
from specrun.gateway.cassettes.reading import find_cassettes, read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.cassettes.schema import cassette_schema
from specrun.gateway.cassettes.tapes import open_tape
from specrun.gateway.tape import Miss
from specrun.gateway.wire.base import PROTOCOLS

HERE = Machine()
PUBLISHED = Path(__file__).parents[2] / "schemas/v1/cassette.schema.json"


def conversation(machine, protocol="chat", stream=False):
    """Two requests, the second with an answer that is too long for its line."""
    agent = Agent(machine, protocol, "Create hello.txt", stream=stream)
    first, second = says("", f"cat {machine.cwd}/x"), says("long " * 10_000, turn=2)
    exchanges = [taken(agent, first)]
    agent.hear(first)
    return [*exchanges, taken(agent, second)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("stream", [True, False])
def test_the_same_conversation_makes_the_same_bytes_anywhere(tmp_path, protocol, stream):
    folders = []
    for machine in (HERE, OTHER):
        folder = record(tmp_path / machine.host, machine, *conversation(machine, protocol, stream))
        folders.append({path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert folders[0] == folders[1]
    assert len(folders[0]) == 3
    schema = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    for line in folders[0]["cassette.jsonl"].splitlines():
        schema.validate(json.loads(line))


def test_the_published_schema_is_that_of_the_structs():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == cassette_schema()


def test_a_cassette_that_was_cut_anywhere_is_read_up_to_its_last_whole_line_and_goes_on(tmp_path):
    first, second = conversation(HERE)
    whole = (record(tmp_path / "whole", HERE, first, second) / "cassette.jsonl").read_bytes()
    header, *lines = whole.splitlines(keepends=True)
    for length in range(len(header), len(whole), 97):
        folder = tmp_path / str(length)
        folder.mkdir()
        file = folder / "cassette.jsonl"
        file.write_bytes(whole[:length])
        cassette = read_cassette(folder)
        there = len(cassette.exchanges)
        assert cassette.torn == length - len(header) - sum(map(len, lines[:there]))
        record(folder, HERE, *(first, second)[there:])
        assert file.read_bytes() == whole


@pytest.mark.parametrize("length", [0, 1, 50])
def test_a_recording_that_was_cut_in_its_header_begins_anew(tmp_path, length):
    record(tmp_path, HERE)
    file = tmp_path / "cassette.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[:length])
    record(tmp_path, HERE)
    assert file.read_bytes() == whole


CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from cassette_world import HEADER, Agent, Machine, says, taken
from specrun.gateway.cassettes.recorder import Recorder
machine = Machine()
recorder = Recorder(Path(sys.argv[1]), HEADER, machine.normaliser())
for number in range(1_000_000):
    recorder.keep(taken(Agent(machine, "chat", f"Say {{number}}"), says(str(number))))
    print(number, flush=True)
"""


def test_a_recording_that_is_killed_keeps_all_that_it_said_was_kept(tmp_path):
    command = [sys.executable, "-c", CHILD.format(here=str(Path(__file__).parent)), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        kept = [child.stdout.readline() for _ in range(5)]
        os.kill(child.pid, signal.SIGKILL)
        kept += child.stdout.readlines()
    texts = [read_cassette(tmp_path).reply(each).items[0].text for each in read_cassette(tmp_path).exchanges]
    assert texts[: len(kept)] == [str(number) for number in range(len(kept))]
    assert len(texts) in (len(kept), len(kept) + 1)


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from cassette_world import HEADER, Agent, Machine, says, taken
from specrun.gateway.cassettes.recorder import Recorder
machine = Machine()
limit = int(sys.argv[2])
with Recorder(Path(sys.argv[1]), HEADER, machine.normaliser()) as recorder:
    recorder.keep(taken(Agent(machine, "chat", "Say it"), says("short")))
    size = (Path(sys.argv[1]) / "cassette.jsonl").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + limit, hard))
    try:
        recorder.keep(taken(Agent(machine, "chat", "Say more"), says("x" * int(sys.argv[3]))))
    except OSError as error:
        print(error.filename)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    recorder.keep(taken(Agent(machine, "chat", "Go on"), says("done")))
"""


@pytest.mark.parametrize("long", [1000, 100_000], ids=["line", "blob"])
def test_a_full_disk_is_told_and_costs_no_more_than_the_exchange(tmp_path, long):
    command = [
        sys.executable,
        "-c",
        FULL.format(here=str(Path(__file__).parent)),
        str(tmp_path),
        "100",
        str(long),
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith(str(tmp_path))
    cassette = read_cassette(tmp_path)
    assert cassette.torn == 0
    assert [cassette.reply(each).items[0].text for each in cassette.exchanges] == ["short", "done"]
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"cassette.jsonl"}


def test_what_cannot_be_made_sure_of_is_told(tmp_path):
    recorder = Recorder(tmp_path, HEADER, HERE.normaliser())
    recorder.keep(taken(Agent(HERE, "chat", "Say much"), says("x" * 100_000)))
    recorder.sync()
    recorder.keep(taken(Agent(HERE, "chat", "Say more"), says("y" * 100_000)))
    shutil.rmtree(tmp_path / "blobs")
    with pytest.raises(FileNotFoundError, match="blobs/"):
        recorder.close()


def test_an_answer_says_where_it_is_in_the_cassette(tmp_path):
    def asked(tape, prompt):
        async def work():
            async with one_lane(tape=tape) as client:
                await client.ask(text=prompt)
                return client.lane.heard[0].recorded

        return asyncio.run(work())

    def opened(mode):
        return open_tape(mode, tmp_path, HEADER, HERE.normaliser())

    with opened("record") as tape:
        assert [asked(tape, prompt) for prompt in ("One", "Two")] == [None, None]
        failed = msgspec.structs.replace(
            taken(Agent(HERE, "chat", "Fail"), says("")), status=500, whole=False
        )
        tape.keep(failed)
        assert asked(tape, "Three") is None
    with opened("replay") as tape:
        assert [asked(tape, prompt) for prompt in ("Three", "One", "Two", "One")] == [2, 0, 1, 0]
    with opened("auto") as tape:
        assert [asked(tape, prompt) for prompt in ("Two", "Four")] == [1, None]


def test_lanes_may_end_at_the_same_time(tmp_path):
    exchanges = [
        taken(Agent(HERE, "chat", f"Say {number}"), says(f"{number} " * 4000)) for number in range(16)
    ]
    with Recorder(tmp_path, HEADER, HERE.normaliser()) as recorder, ThreadPoolExecutor(8) as pool:
        list(pool.map(recorder.keep, exchanges))
    replay = player(tmp_path)
    for number in range(16):
        assert answered(replay, Agent(OTHER, "chat", f"Say {number}")).items[0].text == f"{number} " * 4000


def test_what_failed_is_a_note_and_is_not_replayed(tmp_path):
    agent = Agent(HERE, "messages", "Go", stream=True)
    good = taken(agent, says("ok"))
    replace = msgspec.structs.replace
    record(
        tmp_path,
        HERE,
        replace(good, status=429, whole=False, answer=b"", notes=(f"slow down, {HERE.user}",)),
        replace(good, answer=good.answer[:-60], reply=None),
        replace(good, answer=b"data: {}\n\n", whole=False, notes=("the client left",)),
        good,
    )
    cassette = read_cassette(tmp_path)
    notes = [line for line in cassette.lines if isinstance(line, Note)]
    assert [(note.status, note.notes) for note in notes] == [
        (429, ("slow down, ⟦user⟧",)),
        (200, ("the stream ends before the answer does",)),
        (200, ("the client left",)),
    ]
    assert {note.key for note in notes} == {cassette.exchanges[0].key}
    assert not cassette.exchanges[0].again
    assert answered(player(tmp_path), Agent(OTHER, "messages", "Go", stream=True)).items[0].text == "ok"


def test_a_folder_is_recorded_once_at_a_time_and_only_as_what_it_is(tmp_path):
    busy = pytest.raises(CassetteError, match="by another process")
    with Recorder(tmp_path, HEADER, HERE.normaliser()), busy:
        Recorder(tmp_path, HEADER, HERE.normaliser())
    other = msgspec.structs.replace(HEADER, case="another", repetition=2)
    with pytest.raises(CassetteError, match="something else: case, repetition"):
        Recorder(tmp_path, other, HERE.normaliser())
    Recorder(tmp_path, HEADER, HERE.normaliser()).close()


def test_a_file_that_is_no_cassette_is_left_alone(tmp_path):
    file = tmp_path / "cassette.jsonl"
    for content in (b"hello", b"hello\n", b'{"line":"note"}\n'):
        file.write_bytes(content)
        with pytest.raises(CassetteError):
            Recorder(tmp_path, HEADER, HERE.normaliser())
        assert file.read_bytes() == content


def test_what_is_wrong_with_a_cassette_is_told_with_its_place(tmp_path):
    record(tmp_path, HERE, *conversation(HERE))
    file = tmp_path / "cassette.jsonl"
    header, first, second = file.read_bytes().splitlines(keepends=True)
    for content, message in {
        header + header: "more than one header",
        first: "does not begin with a header",
        header + b"{}\n" + first: r"cassette.jsonl:2: ",
        header + first.replace(b'"status":200', b'"status":500'): r"cassette.jsonl:2: Expected `int` <= 299",
        header.replace(b'"line"', b'"extra":1,"line"'): "unknown field `extra`",
        b"\xff\n": "cassette.jsonl:1: ",
    }.items():
        file.write_bytes(content)
        with pytest.raises(CassetteError, match=message):
            read_cassette(tmp_path)
    file.write_bytes(header + first + second)
    for blob in (tmp_path / "blobs").iterdir():
        blob.write_bytes(b"other")
    cassette = read_cassette(tmp_path)
    with pytest.raises(CassetteError, match="not what its name says"):
        cassette.body(cassette.exchanges[1])
    with pytest.raises(CassetteError, match="no such file"):
        read_cassette(tmp_path / "nowhere")
    with pytest.raises(CassetteError, match="nor below"):
        find_cassettes(tmp_path / "blobs")


def test_keys_of_other_rules_are_not_trusted(tmp_path):
    old = msgspec.structs.replace(HEADER, normaliser=0)
    Recorder(tmp_path, old, HERE.normaliser()).close()
    with pytest.raises(CassetteError, match="version 0 of the rules"):
        player(tmp_path)


def test_in_auto_mode_what_is_there_is_replayed_and_the_rest_is_recorded(tmp_path):
    def ask(tape, agent):
        body = agent.body()
        return tape.answer(agent.wire.read_ask(body), body)

    with open_tape("record", tmp_path, HEADER, HERE.normaliser()) as tape:
        assert ask(tape, Agent(HERE, "chat", "One")) is None
        tape.keep(taken(Agent(HERE, "chat", "One"), says("first")))
    with open_tape("auto", tmp_path, HEADER, OTHER.normaliser()) as tape:
        assert b"first" in ask(tape, Agent(OTHER, "chat", "One")).body
        assert ask(tape, Agent(OTHER, "chat", "Two")) is None
        tape.keep(taken(Agent(OTHER, "chat", "Two"), says("second")))
    before = (tmp_path / "cassette.jsonl").read_bytes()
    with open_tape("replay", tmp_path, HEADER, HERE.normaliser()) as tape:
        assert b"second" in ask(tape, Agent(HERE, "chat", "Two")).body
        assert isinstance(ask(tape, Agent(HERE, "chat", "Three")), Miss)
    assert (tmp_path / "cassette.jsonl").read_bytes() == before
