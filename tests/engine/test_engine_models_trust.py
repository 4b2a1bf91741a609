"""What an agent can do with its way to the model, and what of a trial stays in it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys

import pytest

from model_bench import AGENT, RIGHT, SPEC, ModelBench, everything, says
from model_provider import KEY, VARIABLE, provider

SHARED = [{"name": "shared", "path": "${home}/shared", "scope": "agent"}]
# Put together here, so that nobody who scans this file takes them for real ones.
PLANTED = {
    "key": "sk-" + "ant-api03-AbCdEfGhIjKlMnOp_0123",
    "token": "ghp" + "_" + "a1B2c3D4e5" * 4,
    "user": "planted-user",
    "host": "planted-host",
}


@pytest.fixture
def models(tmp_path, monkeypatch) -> ModelBench:
    monkeypatch.setenv("SPECRUN_CACHE", str(tmp_path / "cache"))
    return ModelBench(tmp_path / "bench")


def share(bench: ModelBench, **env: str) -> None:
    """Let two repetitions know each other's way to the model."""
    bench.program("shares.py", caches=SHARED)
    bench.change(
        AGENT,
        env={"URL": "${llm.url}", "KEY": "${llm.key}", "MODEL": "${llm.model}", **env},
        run={"command": ["python3", "${home}/agent.py", "${prompt.text}"], "prompt": {"via": "argument"}},
    )
    bench.change(SPEC, repeats=2)


def tried(bench: ModelBench, repetition: int) -> dict[str, int]:
    patch = (bench.folder(f"tiny/greeter/{repetition}") / "patch.diff").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\+(\{.*\})$", patch, re.MULTILINE)
    return json.loads(line)


def test_a_token_works_in_no_other_trial_that_runs_at_the_same_time(models):
    share(models, WAIT="1")
    ran = models.run(SPEC, "--offline", "-q", "--cassettes", "off", "--jobs", "2")
    assert (ran.code, ran.err) == (0, "")
    wanted = {"ours": 200, "their key": 401, "their place": 401}
    assert [tried(models, number) for number in (1, 2)] == [wanted, wanted]


def test_a_token_does_not_work_after_the_end_of_its_trial(models):
    share(models)
    ran = models.run(SPEC, "--offline", "-q", "--cassettes", "off", "--jobs", "1")
    assert (ran.code, ran.err) == (0, "")
    refused = {"their key": 401, "their place": 401, "theirs": 401}
    assert tried(models, 2) == {"ours": 200, **refused}


@pytest.mark.parametrize("network", ["none", "host"])
def test_a_child_that_an_agent_leaves_asks_nothing_any_more(models, monkeypatch, network):
    monkeypatch.setenv(VARIABLE, KEY)
    with provider() as asked:
        models.ask(asked.base_url)
        models.program("leaves.py")
        models.change(SPEC, network=network, budget={"trial": {"requests": 100_000}})
        ran = models.run(SPEC, "-q", "--cassettes", "off")
        assert (ran.code, ran.err) == (0, "")
        (trial,) = models.results.trials
        sent = sum(row.requests + row.failed for row in trial.usage)
        assert 2 <= len(asked.asked) <= sent, "everything that was asked is in the books of the trial"
        record = json.loads((models.folder() / "record.json").read_bytes())
        assert [step["survivors"] for step in record["run"]["steps"]] == [True, True]


@pytest.mark.needs_network_namespace
def test_an_agent_without_network_reaches_its_model_and_nothing_else(models):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        places = [f"127.0.0.1/{listener.getsockname()[1]}", "192.0.2.1/80"]
        look = "; ".join(f"(: < /dev/tcp/{place}) 2> /dev/null && echo {place}" for place in places)
        models.tell(says(f"({look}; echo no more) > reached.txt"), says(RIGHT), {"say": "Done."})
        models.run(SPEC, "--offline", "-q", "--cassettes", "off")
        assert models.results.trials[0].outcome == "passed"
        patch = (models.folder() / "patch.diff").read_text(encoding="utf-8")
        assert [line for line in patch.splitlines() if line.startswith("+") and "127" in line] == []
        assert "+no more" in patch
        models.change(SPEC, network="host")
        models.tell(
            says(f"({look.partition(';')[0]}; echo no more) > reached.txt"), says(RIGHT), {"say": "Done."}
        )
        models.run(SPEC, "-q", "--cassettes", "off")
        assert models.results.trials[0].outcome == "passed", "with the network it has its model too"
        assert f"+{places[0]}" in (models.folder() / "patch.diff").read_text(encoding="utf-8")


@pytest.mark.needs_network_namespace
def test_no_planted_secret_is_in_a_cassette_record_event_or_report(models):
    """The machine is given a name of its own, in a namespace of names."""
    words = " ".join(PLANTED.values())
    prompt = models.root / "specs/prompts/detect.md.j2"
    prompt.write_text(f"{words} /home/planted-user/x framework: `{{{{ answer_file }}}}`", encoding="utf-8")
    home = models.root.parent / "home"
    home.mkdir()
    look = f"hostname; echo {words}; echo Authorization: Bearer abcdEFGH12345678; pwd; echo $HOME $TMPDIR"
    models.tell(says(look, say=f"I see {words}."), says(RIGHT), {"say": "Done."})
    env = {"USER": PLANTED["user"], "LOGNAME": PLANTED["user"], "HOME": str(home), "PYTHON": sys.executable}
    command = f'hostname {PLANTED["host"]} && exec "$PYTHON" -m specrun {SPEC} --offline -q --cassettes '
    for mode in ("record", "replay"):
        unshared = ["unshare", "--map-root-user", "--uts", "sh", "-c", command + shlex.quote(mode)]
        done = subprocess.run(
            unshared, cwd=models.root, env=models.env(**env), capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert models.results.trials[0].outcome == "passed"
    found = everything(models.root / "fixtures/cassettes") | everything(models.root / "reports")
    found |= everything(models.root / ".specrun")
    assert len(models.exchanges()) == 4
    assert "⟦host⟧" in models.cassette.read_text(encoding="utf-8"), "the command has printed it"
    for secret in (*PLANTED.values(), "abcdEFGH12345678", str(home), models.root.name + ".tmp"):
        for place, content in found.items():
            assert secret.encode() not in content, f"{secret} is in {place}"


def test_a_secret_of_the_environment_is_in_no_cassette(models, monkeypatch):
    value = "worth-" + "hiding-here"
    monkeypatch.setenv("SOMEBODYS_TOKEN", value)
    models.tell(says(f"echo {value}", say=f"It is {value}."), says(RIGHT), {"say": "Done."})
    models.record()
    assert len(models.exchanges()) == 4
    for place, content in everything(models.root / "fixtures/cassettes").items():
        assert value.encode() not in content, place


def test_a_value_of_the_environment_that_was_recorded_elsewhere_is_a_word(models, monkeypatch):
    said = says("echo somebody-says-this", say="It is somebody-says-this.")
    models.tell(said, says(RIGHT), {"say": "Done."})
    models.record()
    models.silence()
    monkeypatch.setenv("SOMEBODYS_TOKEN", "somebody-says-this")
    ran = models.run(SPEC, "--offline", "-q", "--cassettes", "strict")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("place", ["", "scripted-1", "scripted-1/cassette.jsonl", ".scripted-1.recording"])
def test_nothing_is_recorded_through_a_link(models, place):
    outside = models.root.parent / "outside"
    outside.mkdir()
    (models.cassettes / place).parent.mkdir(parents=True, exist_ok=True)
    (models.cassettes / place).symlink_to(outside / "x.jsonl" if place.endswith("jsonl") else outside)
    for mode in ("auto", "record"):
        ran = models.run(SPEC, "--offline", "-q", "--cassettes", mode)
        replaced = mode == "record" and place.endswith("jsonl")  # the whole folder is, with the link in it
        assert ran.code == (0 if replaced else 3)
        assert replaced or "is a link" in ran.err
        assert list(outside.iterdir()) == []


@pytest.mark.parametrize("place", ["", "scripted-1", "scripted-1/cassette.jsonl"])
def test_nothing_is_replayed_through_a_link(models, place):
    models.record()
    inside, outside = models.cassettes / place, models.root.parent / "outside"
    inside.rename(outside)
    inside.symlink_to(outside)
    ran = models.run(SPEC, "--offline", "-q")
    assert ran.code == 3
    assert "is a link" in ran.err


def test_a_pipe_in_the_place_of_a_cassette_stops_nobody(models):
    models.cassette.parent.mkdir(parents=True)
    os.mkfifo(models.cassette)
    assert models.run("plan", SPEC).code == 0
    ran = models.run(SPEC, "--offline", "-q")
    assert ran.code == 3
    assert "this is not a regular file" in ran.err


def test_the_cassette_of_another_trial_is_not_replayed(models):
    models.record()
    text = models.cassette.read_text(encoding="utf-8")
    models.cassette.write_text(text.replace('"case":"greeter"', '"case":"another"'), encoding="utf-8")
    for mode in ("replay", "strict", "auto"):
        ran = models.run(SPEC, "--offline", "-q", "--cassettes", mode)
        assert ran.code == 3
        assert "is a recording of something else: case\n" in ran.err


def test_what_a_killed_recording_left_is_taken_away_unless_nothing_is_to_be_written(models):
    models.record()
    left = models.cassettes / ".scripted-1.recording"
    shutil.copytree(models.cassette.parent, left)
    assert models.run(SPEC, "--offline", "-q").code == 0
    assert left.exists()
    told = json.loads(models.run("cassette", "show", "fixtures/cassettes", "--format", "json").out)
    assert len(told) == 1
    models.change(SPEC, repeats=2)
    assert models.run(SPEC, "--offline", "-q", "--cassettes", "auto").code == 0
    assert sorted(path.name for path in models.cassettes.iterdir()) == ["scripted-1", "scripted-2"]
