from __future__ import annotations

import json
import shutil

import msgspec
import pytest
from cassette_world import HEADER, OTHER, Agent, Machine, answered, player, record, says, taken

from specrun.gateway.cassettes.lint import lint
from specrun.gateway.cassettes.mending import prune, redact
from specrun.gateway.cassettes.model import CassetteError
from specrun.gateway.cassettes.normaliser import Normaliser
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.rules import VERSION

HERE = Machine()
SECRET = "sk-" + "live-AbCdEfGhIjKlMnOp"
PASSWORD = "open-sesame"
BLIND = Normaliser(Redactor(Places({})))
"""Knows nothing of the machine that it records on."""


@pytest.fixture
def leaky(tmp_path):
    """A cassette of somebody who knew nothing, with a long answer in a blob."""
    agent = Agent(HERE, "messages", "Create hello.txt", stream=True)
    reply = says(f"{HERE.user} {PASSWORD} " + "is here. " * 3000, "cat /home/somebody/x")
    exchanges = [taken(agent, reply)]
    agent.hear(reply)
    exchanges.append(taken(agent, says("Done", turn=2)))
    with Recorder(tmp_path / "leaky", HEADER, BLIND) as recorder:
        for each in exchanges:
            recorder.keep(each)
    return tmp_path / "leaky"


def everything(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()).decode()


def test_a_good_cassette_has_nothing_to_tell_and_nothing_to_mend(tmp_path):
    agent = Agent(HERE, "responses", "Create hello.txt, say in /home/user/x or /Users/name")
    record(tmp_path, HERE, taken(agent, says("x" * 20_000, f"cat {HERE.cwd}/x")))
    before = everything(tmp_path)
    assert lint(tmp_path, OTHER.normaliser()) == []
    assert redact(tmp_path, OTHER.normaliser()) is False
    assert prune(tmp_path) == (0, 0)
    assert everything(tmp_path) == before


def test_what_was_left_in_is_found_and_taken_out_and_the_rest_still_replays(leaky):
    assert lint(leaky, BLIND) == [
        f"{leaky}/cassette.jsonl: exchange {n}: names a home folder: '/home/somebody'" for n in (1, 2)
    ]
    found = lint(leaky, HERE.normaliser())
    assert f"{leaky}/cassette.jsonl: exchange 1: the request holds what is to be taken out" in found[0]
    assert "⟦cwd⟧, ⟦host⟧, ⟦tmp⟧, ⟦user⟧" in found[0]
    assert not any(word in "".join(found) for word in (HERE.user, HERE.token, HERE.host))
    assert redact(leaky, HERE.normaliser()) is True
    assert lint(leaky, HERE.normaliser()) == lint(leaky, BLIND)
    assert not any(word in everything(leaky) for word in (HERE.user, HERE.token, HERE.host, HERE.root))
    agent, replay = Agent(OTHER, "messages", "Create hello.txt", stream=True), player(leaky)
    for text in ("⟦user⟧", "Done"):
        reply = answered(replay, agent)
        assert reply.items[0].text.split()[0] == text
        agent.hear(reply)
    assert not any(turn.drift for turn in replay.turns)


def test_what_cannot_be_replayed_is_found(tmp_path):
    record(tmp_path / "good", HERE, taken(Agent(HERE, "chat", "Go"), says("It is done")))
    text = (tmp_path / "good" / "cassette.jsonl").read_text(encoding="utf-8")

    def problems(old, new):
        folder = tmp_path / "bad"
        shutil.copytree(tmp_path / "good", folder, dirs_exist_ok=True)
        assert old in text
        (folder / "cassette.jsonl").write_text(text.replace(old, new), encoding="utf-8")
        return [each.partition("cassette.jsonl: ")[2] for each in lint(folder, HERE.normaliser())]

    key = read_cassette(tmp_path / "good").exchanges[0].key
    assert problems(key, "0" * 64) == ["exchange 1: the key is not that of the request"]
    assert problems('"text":"It is', '"text":"It was') == [
        "exchange 1: what the answer says is not what is told of it"
    ]
    assert problems('"case":"hello"', f'"case":"{SECRET}"') == [
        "the header holds what is to be taken out: ⟦secret⟧"
    ]
    assert problems(f'"normaliser":{VERSION}', '"normaliser":0') == [
        f"its keys are of version 0 of the rules, and this is {VERSION}"
    ]
    (tmp_path / "bad" / "blobs").mkdir()
    (tmp_path / "bad" / "blobs" / "notes.txt").touch()
    assert problems("{", "{") == ["nothing uses the file 'notes.txt' beside it"]


def test_keys_of_older_rules_are_brought_up_to_date(tmp_path):
    folder = record(tmp_path, HERE, taken(Agent(HERE, "chat", "Go"), says("ok")))
    file = folder / "cassette.jsonl"
    good = file.read_bytes()
    key = read_cassette(folder).exchanges[0].key
    file.write_bytes(good.replace(key.encode(), b"0" * 64).replace(b'"normaliser":1', b'"normaliser":0'))
    assert redact(folder, BLIND) is True
    assert file.read_bytes() == good


def test_a_last_line_that_was_cut_is_told_and_goes(tmp_path):
    record(tmp_path, HERE, taken(Agent(HERE, "chat", "Go"), says("ok")))
    file = tmp_path / "cassette.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"line":')
    assert lint(tmp_path, HERE.normaliser()) == [
        f"{file}: the last line was not written to its end; 8 bytes do not count"
    ]
    prune(tmp_path)
    assert file.read_bytes() == whole


def test_only_what_a_player_repeats_anyway_is_pruned(tmp_path):
    agent = Agent(HERE, "chat", "Try")
    body = agent.body()
    samples = [taken(agent, says(text), body) for text in "abaa"]
    others = [taken(Agent(HERE, "chat", "Retry"), says("same")) for _ in range(2)]
    record(tmp_path, HERE, *samples, *others, taken(Agent(HERE, "chat", "Go"), says("x" * 50_000)))
    (tmp_path / "blobs" / ("0" * 64)).touch()

    def heard():
        replay = player(tmp_path, HERE)
        return [answered(replay, agent, body).items[0].text for _ in range(5)]

    before = heard()
    assert prune(tmp_path) == (2, 1)
    assert heard() == before == ["a", "b", "a", "a", "a"]
    assert prune(tmp_path) == (0, 0)
    assert answered(player(tmp_path), Agent(OTHER, "chat", "Go")).items[0].text == "x" * 50_000


def test_commands_find_every_cassette_below_a_folder(leaky, bench, monkeypatch):
    monkeypatch.setenv("SOME_PASSWORD", PASSWORD)
    shutil.copytree(leaky, bench.root / "cassettes/deep/one")
    ran = bench.run("cassette", "show", "cassettes")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[:3] == [
        "cassettes/deep/one/cassette.jsonl",
        "  hello, fake-1.0, small, repetition 1",
        "  recorded from a scripted model: it shows the machinery and measures no model",
    ]
    assert "exchange 2: messages, small, streamed" in lines
    assert '  answered call bash {"command":"cat /home/somebody/x"}' in lines
    assert lines[-1] == (
        "  usage    cache_creation_input_tokens 0, cache_read_input_tokens 10, input_tokens 92, "
        "output_tokens 7, output_tokens_details.thinking_tokens 0"
    )
    (told,) = json.loads(bench.run("cassette", "show", "cassettes/deep/one", "--format", "json").out)
    assert told["header"] == msgspec.to_builtins(HEADER) | {"line": "header"}
    assert [line["reply"]["items"][0]["text"][-4:] for line in told["lines"]] == ["re. ", "Done"]
    ran = bench.run("cassette", "lint", "cassettes")
    assert ran.code == 1
    assert "⟦secret⟧" in ran.err
    assert PASSWORD not in ran.err
    assert bench.run("cassette", "redact", "cassettes").out == "redacted cassettes/deep/one\n"
    assert bench.run("cassette", "redact", "cassettes").out == "nothing to do in cassettes/deep/one\n"
    assert PASSWORD not in everything(bench.root / "cassettes")
    assert "⟦secret⟧" not in bench.run("cassette", "lint", "cassettes").err
    pruned = bench.run("cassette", "prune", "cassettes").out
    assert pruned == "removed 0 exchanges and 0 files from cassettes/deep/one\n"


def test_commands_tell_what_is_no_cassette(bench):
    ran = bench.run("cassette", "show", "specs")
    assert ran.code == 2
    assert "no cassette.jsonl here, nor below" in ran.err
    broken = bench.root / "broken"
    broken.mkdir()
    (broken / "cassette.jsonl").write_text("{}\n")
    for name in ("show", "redact", "prune"):
        assert bench.run("cassette", name, "broken").code == 2
    ran = bench.run("cassette", "lint", "broken")
    assert (ran.code, ran.err.partition(":1: ")[0]) == (1, "broken/cassette.jsonl")
    with pytest.raises(CassetteError):
        read_cassette(broken)
