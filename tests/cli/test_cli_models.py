"""What a user sees of agents that talk to models: options, trials, event logs, stored cassettes."""

from __future__ import annotations

import json

import pytest

from model_bench import RIGHT, SPEC, ModelBench, says
from specrun.agents import line

TRIAL = "tiny/greeter/1"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory) -> ModelBench:
    """A benchmark whose agent was recorded and replayed."""
    models = ModelBench(tmp_path_factory.mktemp("replayed") / "bench")
    models.tell(says("ls", "pwd", say="Let me look."), says(RIGHT), {"say": "Done."})
    models.record()
    assert models.run(SPEC, "--offline", "-q").code == 0
    return models


@pytest.fixture
def models(tmp_path) -> ModelBench:
    return ModelBench(tmp_path / "bench")


def events(bench: ModelBench) -> list[dict]:
    text = (bench.folder() / "events.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_requests_and_tool_calls_are_events_between_the_commands(replayed):
    told = [
        (event["event_type"], event["data"].get("name") or event["data"].get("tool"))
        for event in events(replayed)
    ]
    assert told == [
        ("run_start", None),
        ("step", "detect"),
        ("tool_call", "bash"),
        ("tool_call", "bash"),
        ("step", "detect"),
        ("tool_call", "bash"),
        ("step", "detect"),
        ("step", "agent.detect"),
        ("step", "setup"),
        ("step", "agent.setup"),
        ("run_stop", None),
    ]


def test_events_say_what_the_model_said_and_what_it_used(replayed):
    asked = [event for event in events(replayed) if event["data"].get("step_type") == "reason"]
    assert [event["data"]["content"] for event in asked] == ["Let me look.", "", "Done.", "Fine."]
    rows = replayed.results.trials[0].usage
    used = [(event["data"]["tokens_in"], event["data"]["tokens_out"]) for event in asked]
    assert sum(given for given, _ in used) == sum(row.input_tokens for row in rows)
    assert sum(said for _, said in used) == sum(row.output_tokens for row in rows)
    (stop,) = [event["data"] for event in events(replayed) if event["event_type"] == "run_stop"]
    assert stop["total_tokens"] == sum(map(sum, used))
    calls = [event for event in events(replayed) if event["event_type"] == "tool_call"]
    steps = [event["step_id"] for event in asked]
    assert [event["step_id"] for event in calls] == [steps[0], steps[0], steps[1]]
    assert len({event["data"]["tool_args_hash"] for event in calls}) == 3


def test_the_chain_of_such_a_log_is_verified(replayed, tmp_path):
    ran = replayed.run("verify", TRIAL)
    assert (ran.code, ran.out.count("events, the chain holds")) == (0, 1)
    assert "11 events" in ran.out
    changed = tmp_path / "events.jsonl"
    text = (replayed.folder() / "events.jsonl").read_text(encoding="utf-8")
    changed.write_text(text.replace('"Let me look."', '"Let me see."'), encoding="utf-8")
    assert replayed.run("verify", changed).code == 1


def test_a_trial_shows_its_trajectory_as_data(replayed):
    record = json.loads(replayed.run("trial", TRIAL, "--format", "json").out)["record"]
    turns = record["run"]["trajectory"]["turns"]
    assert [turn.get("says", "") for turn in turns] == ["Let me look.", "", "Done.", "Fine."]
    assert [call["result"] for call in turns[0]["calls"]] == ["greeter.py\ntest_greeter.py\n", "⟦cwd⟧\n"]
    assert [row["stage"] for row in record["run"]["usage"]] == ["detect", "setup"]


def test_plan_and_explain_know_what_answers(replayed):
    assert "stored" in replayed.run("plan", SPEC).out
    out = replayed.run("explain", TRIAL).out
    assert "its record is stored and reused" in out


def test_what_was_recorded_can_be_looked_at_and_checked(replayed):
    shown = replayed.run("cassette", "show", replayed.cassette.parent)
    assert (shown.code, shown.out.count("Let me look.") >= 1) == (0, True)
    assert replayed.run("cassette", "lint", replayed.root / "fixtures/cassettes").code == 0


@pytest.mark.parametrize("mode", ["replayed", "RECORD", ""])
def test_a_mistyped_mode_is_told(models, mode):
    ran = models.run(SPEC, "--cassettes", mode)
    assert ran.code == 2
    assert "'replay', 'strict', 'record', 'auto', 'off'" in ran.err


def test_the_default_is_auto_and_offline_is_replay(models, monkeypatch):
    monkeypatch.setattr(line, "GRACE", 0.05)
    assert models.run(SPEC, "--offline", "-q").code == 3
    assert not models.cassette.exists()
    assert models.run(SPEC, "-q").code == 0
    assert models.cassette.exists(), "what was missing is recorded"
    models.silence()
    assert models.run(SPEC, "--offline", "-q").code == 0


def test_a_trial_that_missed_can_be_looked_into(models, monkeypatch):
    monkeypatch.setattr(line, "GRACE", 0.05)
    models.record()
    models.edit("specs/prompts/setup.md.j2", "Add a section", "Append a section")
    ran = models.run(SPEC, "--offline")
    assert ran.code == 3
    said = [line for line in ran.err.splitlines() if line.startswith(f"{TRIAL}: ")]
    assert any("Append a section" in line for line in said), ran.err
    shown = models.run("trial", TRIAL).out
    (folder,) = [line.rpartition(": ")[2] for line in shown.splitlines() if line.startswith("what there is")]
    ran = models.run("verify", f"{folder}/events.jsonl")
    assert ran.code == 0
    text = (models.root / folder / "events.jsonl").read_text(encoding="utf-8")
    last = [json.loads(line) for line in text.splitlines()][-1]
    assert last["data"]["outcome"] == "infra_error"
