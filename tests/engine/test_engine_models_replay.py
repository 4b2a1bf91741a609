"""Agents that talk to models, recorded once and replayed elsewhere: the same patch, turns and results."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from copy import copy
from pathlib import Path

import pytest

from model_bench import RIGHT, SCRIPT, SPEC, ModelBench, says, script

NOISE = "ls -la; date +%s.%N; mktemp; echo $$; date; pwd; head -c 8 /dev/urandom | od -An -tx8"
"""A command that prints something else each time."""


@pytest.fixture
def models(tmp_path) -> ModelBench:
    return ModelBench(tmp_path / "bench")


def elsewhere(bench: ModelBench, folder: Path) -> ModelBench:
    """A copy without records, replayed by somebody else with another home and cache."""
    shutil.copytree(bench.root, folder, ignore=shutil.ignore_patterns(".specrun", "reports"))
    other = copy(bench)
    other.root = folder
    home = folder.parent / "an other home"
    home.mkdir()
    env = {"HOME": str(home), "SPECRUN_CACHE": str(home / "cache"), "TZ": "Asia/Tokyo", "USER": "a-user-name"}
    process = other.start(SPEC, "--offline", "-q", **env)
    out, err = process.communicate()
    assert (process.returncode, err) == (0, ""), out
    return other


def trajectory(bench: ModelBench) -> list[dict]:
    """The turns, with what tools gave back: of a replay, what the model had been told."""
    turns: list[dict] = json.loads((bench.folder() / "trajectory.json").read_bytes())["turns"]
    return turns


def replayed(bench: ModelBench, folder: Path) -> ModelBench:
    """Record, let the model fall silent, replay here and elsewhere, and compare. Gives the copy."""
    bench.record()
    recorded, patch = trajectory(bench), (bench.folder() / "patch.diff").read_bytes()
    bench.silence()
    before = bench.cassette.read_bytes()
    ran = bench.run(SPEC, "--offline", "-q")
    assert (ran.code, ran.err) == (0, "")
    other = elsewhere(bench, folder)
    assert other.reports() == bench.reports()
    assert trajectory(other) == trajectory(bench) == recorded
    assert (other.folder() / "patch.diff").read_bytes() == patch
    assert bench.cassette.read_bytes() == other.cassette.read_bytes() == before
    return other


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("protocol", ["chat", "messages", "responses"])
def test_noisy_tools_replay_in_every_protocol(models, tmp_path, protocol, stream):
    models.speak(protocol, stream=stream)
    models.tell(says(NOISE, say="Let me look."), says(NOISE, RIGHT), {"say": "Done."})
    other = replayed(models, tmp_path / "there/bench")
    (trial,) = other.results.trials
    assert trial.outcome == "passed"
    assert [(row.stage, row.requests, row.failed, row.refused) for row in trial.usage] == [
        ("detect", 3, 0, 0),
        ("setup", 1, 0, 0),
    ]
    exchanges = other.exchanges()
    assert {(exchange["protocol"], exchange["stream"]) for exchange in exchanges} == {(protocol, stream)}


def test_a_replay_is_what_was_recorded_and_what_check_compares_with(models):
    models.record()
    recorded = models.reports()
    ran = models.run(SPEC, "--offline", "-q", "--check")
    assert (ran.code, ran.out.splitlines()[-1][:5]) == (0, "tiny "), ran.err
    assert models.run(SPEC, "--offline", "-q").code == 0
    assert models.reports() == recorded
    models.edit("reports/llm/results.md", "Let me look.", "Let me see.")
    assert models.run(SPEC, "--offline", "-q", "--check").code == 1


@pytest.mark.parametrize("name", ["project", "Done"])
def test_whoever_is_called_like_a_word_of_the_recording_replays_it_too(models, name):
    models.record()
    process = models.start(SPEC, "--offline", "-q", "--check", USER=name, LOGNAME=name)
    out, err = process.communicate()
    assert process.returncode == 0, out + err


def test_a_name_that_was_taken_out_is_taken_out_of_a_replay_too(models):
    """The agent is told who it is, as real ones are; `root` is a common name, and a word elsewhere."""
    prompt = models.root / "specs/prompts/detect.md.j2"
    for name in ("an-unusual-name", "root"):
        prompt.write_text(f"uid=0({name}) wants the framework and the root folder", encoding="utf-8")
        process = models.start(SPEC, "--offline", "-q", "--cassettes", "record", USER=name, LOGNAME=name)
        assert (process.communicate()[1], process.returncode) == ("", 0)
        assert "uid=0(⟦user⟧)" in models.cassette.read_text(encoding="utf-8")
        for other in (name, "somebody-else"):
            prompt.write_text(f"uid=0({other}) wants the framework and the root folder", encoding="utf-8")
            process = models.start(SPEC, "--offline", "-q", USER=other, LOGNAME=other)
            assert (process.communicate()[1], process.returncode) == ("", 0)


def test_what_tools_gave_back_is_told_in_normal_form(models, tmp_path):
    models.tell(says("cat greeter.py; pwd; echo $HOME"), says(RIGHT), {"say": "Done."})
    other = replayed(models, tmp_path / "there/bench")
    first = trajectory(other)[0]["calls"][0]["result"]
    assert first.endswith("⟦cwd⟧\n⟦home⟧\n")


def test_conversations_at_the_same_time_get_their_own_answers(models, tmp_path):
    lanes = ["alpha", "beta", "gamma"]
    models.speak("chat", lanes=",".join(lanes))
    conversations = [
        {"prompt": lane, "turns": [says(f"{NOISE}; echo {lane} > {lane}.txt"), {"say": f"{lane} is done."}]}
        for lane in lanes
    ]
    models.change(SCRIPT, conversations=conversations)
    other = replayed(models, tmp_path / "there/bench")
    first = other.reports()
    for _ in range(2):
        assert other.run(SPEC, "--offline", "-q", "--fresh").code == 0
        assert other.reports() == first, "threads of the agent ask in another order each time"
    told = Counter(
        (turn["stage"], turn["conversation"], lane)
        for turn in trajectory(other)
        for lane in lanes
        if f"{lane} is done." in turn.get("says", "") or f"echo {lane} " in str(turn.get("calls"))
    )
    assert sorted(told.values()) == [2] * 6, "each lane has a conversation of its own in each stage"
    assert len({number for _, number, _ in told}) == 6
    patch = (other.folder() / "patch.diff").read_text(encoding="utf-8")
    assert all(f"+{lane}\n" in patch for lane in lanes)


FAULTS = {
    "429": ("chat", False, {"status": 429, "retry_after": 0}),
    "500": ("messages", False, {"status": 500}),
    "chat-cut": ("chat", True, {"cut": 2}),
    "messages-cut": ("messages", True, {"cut": 3}),
    "responses-cut": ("responses", True, {"cut": 4}),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_what_failed_and_was_tried_again_is_recorded_once(models, name):
    protocol, stream, fault = FAULTS[name]
    models.speak(protocol, stream=stream)
    models.tell(says(NOISE), says(RIGHT, faults=[fault, fault]), {"say": "Done."})
    models.record()
    recorded = trajectory(models)
    assert [(row.requests, row.failed, row.retries) for row in models.results.trials[0].usage] == [
        (3, 2, 2),
        (1, 0, 0),
    ]
    assert len(models.exchanges()) == 4
    models.silence()
    assert models.run(SPEC, "--offline", "-q").code == 0
    (trial,) = models.results.trials
    assert (trial.outcome, trajectory(models)) == ("passed", recorded)
    assert [(row.requests, row.failed, row.retries) for row in trial.usage] == [(3, 0, 0), (1, 0, 0)]


def test_a_script_says_the_same_in_every_protocol(models):
    models.change(SCRIPT, conversations=script(says("ls", say="Look."), says(RIGHT), {"say": "Done."}))
    told = []
    for protocol in ("chat", "messages", "responses"):
        models.speak(protocol)
        assert models.run(SPEC, "--offline", "-q", "--cassettes", "off").code == 0
        told.append([(turn.says, turn.calls) for turn in models.results.trials[0].turns])
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 4


def test_a_stream_that_stays_cut_is_no_failure_of_the_agent(models):
    models.speak("chat", stream=True)
    models.tell(says(NOISE), says(RIGHT, faults=[{"cut": 2}] * 50), {"say": "Done."})
    ran = models.run(SPEC, "--offline", "-q", "--cassettes", "record")
    assert ran.code == 3
    assert "the model has answered nothing any more" in ran.err
    assert not models.cassette.exists()
