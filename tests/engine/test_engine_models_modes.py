"""Who answers an agent: its cassette, its model, or both; and what is stored and reused of that."""

from __future__ import annotations

import json
import shutil

import pytest

from model_bench import RIGHT, SPEC, ModelBench, everything, says
from specrun.agents import line

DETECT = "specs/prompts/detect.md.j2"


@pytest.fixture
def models(tmp_path) -> ModelBench:
    return ModelBench(tmp_path / "bench")


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Agents have no time to end by themselves."""
    monkeypatch.setattr(line, "GRACE", 0.05)


def records(bench: ModelBench) -> list[str]:
    """The keys of what is stored of the agent."""
    stored = (
        json.loads(path.read_bytes()) for path in (bench.root / ".specrun/records").glob("*/record.json")
    )
    return sorted(record["key"] for record in stored if record["trial"].startswith("tiny/"))


def run(bench: ModelBench, mode: str, *args: str) -> str:
    """Run in a mode that works. Gives what was said."""
    ran = bench.run(SPEC, "--offline", "--cassettes", mode, *args)
    assert ran.code == 0, ran.err
    return ran.err


def test_auto_records_what_is_missing_and_replays_the_rest(models):
    models.tell(says("ls", say="First."), says(RIGHT), {"say": "Done."})
    run(models, "auto")
    whole = models.cassette.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(whole) == 5, "a header and four exchanges"
    models.cassette.write_text("".join(whole[:3]), encoding="utf-8")
    models.tell(says("ls", say="Not first."), says(RIGHT), {"say": "Not done."})
    run(models, "auto")
    said = [turn.says for turn in models.results.trials[0].turns]
    assert said == ["First.", "", "Not done.", "Fine."]
    after = models.cassette.read_text(encoding="utf-8").splitlines(keepends=True)
    assert (len(after), after[:3]) == (5, whole[:3])
    models.silence()
    run(models, "replay")
    assert [turn.says for turn in models.results.trials[0].turns] == said


def test_off_writes_and_reads_no_cassette(models):
    run(models, "off")
    assert not (models.root / "fixtures/cassettes").exists()
    models.record()
    before = everything(models.cassettes)
    models.tell(says(RIGHT, say="Something else."), {"say": "Done."})
    run(models, "off")
    assert models.results.trials[0].turns[0].says == "Something else."
    assert everything(models.cassettes) == before


def test_a_second_recording_takes_the_place_of_the_first(models):
    models.record()
    models.tell(says(RIGHT, say="Something else."), {"say": "Done."})
    run(models, "record")
    replies = [exchange["reply"]["json"]["items"][0]["text"] for exchange in models.exchanges()]
    assert replies == ["Something else.", "Done.", "Fine."]
    assert [path.name for path in models.cassettes.iterdir()] == ["scripted-1"], "nothing is left beside it"


def test_a_live_record_does_not_stand_for_a_recording(models):
    run(models, "off")
    assert "(stored)" in run(models, "off")
    assert "(stored)" not in run(models, "record")
    assert "(stored)" not in run(models, "record"), "whoever says record wants a new recording"
    assert models.cassette.exists()
    assert "(stored)" in run(models, "off"), "who answered was the same"


def test_without_a_cassette_nothing_runs_and_the_way_to_record_is_told(models):
    ran = models.run(SPEC, "--offline")
    assert ran.code == 3
    assert "error: tiny/greeter/1 could not be run: " in ran.err
    told = "cassette_miss: there is no fixtures/cassettes/llm/tiny/greeter/scripted-1: `--cassettes record`"
    assert told in ran.err
    assert "no report was written or checked" in ran.err
    assert not (models.root / "reports").exists()
    assert "infra_error" in models.run("trial", "tiny/greeter/1").out


def test_a_miss_is_told_with_its_difference_and_changes_nothing(models, impatient):
    models.record()
    run(models, "replay")
    before, stored, reports = everything(models.cassettes), records(models), models.reports()
    models.edit(DETECT, "the current folder", "this very folder")
    for _ in range(2):
        ran = models.run(SPEC, "--offline")
        assert ran.code == 3
        assert "could not be run: cassette_miss: no answer is recorded for this request" in ran.err
        assert "nearest: exchange 1 of 4, another first prompt" in ran.err
        assert "this very folder" in ran.err, "what differs is shown"
    assert (everything(models.cassettes), records(models), models.reports()) == (before, stored, reports)
    assert models.run("trial", "tiny/greeter/1").out.splitlines()[1].startswith("  cassette_miss: ")


@pytest.mark.parametrize("program", ["floods.py", "sleeps.py"])
def test_an_agent_that_does_not_mind_a_miss_is_ended(models, impatient, program):
    models.record()
    models.edit(DETECT, "the current folder", "this very folder")
    models.program(program)
    ran = models.run(SPEC, "--offline")
    assert ran.code == 3
    assert "could not be run: cassette_miss: " in ran.err
    (failed,) = (models.root / ".specrun/failed").iterdir()
    events = (failed / "events.jsonl").read_text(encoding="utf-8")
    assert '"ending":"stopped"' in events
    assert events.count('"root":"infra"') == 1, "it is not tried again"


def test_what_decides_an_answer_decides_the_key(models):
    models.record()
    run(models, "replay")
    assert "(stored)" in run(models, "replay")
    models.edit("specs/prices.yaml", 'input: "3"', 'input: "4"')
    models.edit("specs/prices.yaml", "id: sample", "id: dearer")
    assert "(stored)" in run(models, "replay"), "prices decide nothing here"
    assert models.results.prices.id == "dearer"
    models.cassette.write_text(models.cassette.read_text().replace("Done.", "Finished."))
    assert "differs in answers" in models.run("explain", "tiny/greeter/1").out
    assert "(stored)" not in run(models, "replay")
    models.change(SPEC, budget={"trial": {"requests": 49}})
    assert "differs in budget" in models.run("explain", "tiny/greeter/1").out
    assert "(stored)" not in run(models, "replay")


def test_prices_decide_where_costs_are_limited(models):
    models.change(SPEC, budget={"trial": {"cost": "100"}})
    models.record()
    run(models, "replay")
    models.edit("specs/prices.yaml", 'input: "3"', 'input: "4"')
    assert "differs in budget" in models.run("explain", "tiny/greeter/1").out


def test_a_record_made_with_a_model_does_not_stand_for_a_replay(models):
    models.record()
    half = b"".join(models.cassette.read_bytes().splitlines(keepends=True)[:3])
    models.cassette.write_bytes(half)
    run(models, "auto")
    assert models.cassette.read_bytes() != half
    models.cassette.write_bytes(half)
    ran = models.run(SPEC, "--offline")
    assert (ran.code, "cassette_miss" in ran.err) == (3, True), "the cassette lacks an answer"


def test_every_repetition_has_a_cassette_of_its_own(models):
    models.change(SPEC, repeats=2)
    models.record()
    assert sorted(path.name for path in models.cassettes.iterdir()) == ["scripted-1", "scripted-2"]
    shutil.rmtree(models.cassettes / "scripted-2")
    ran = models.run(SPEC, "--offline", "--only", "agent=tiny")
    assert "error: tiny/greeter/2 could not be run" in ran.err
    assert "error: tiny/greeter/1" not in ran.err


def test_a_strict_replay_takes_what_is_not_as_recorded_for_a_miss(models):
    mark = models.root / "fixtures/projects/greeter/mark.txt"
    mark.write_text("first", encoding="utf-8")
    models.tell(says("cat mark.txt; date +%s%N"), says(RIGHT), {"say": "Done."})
    models.record()
    run(models, "strict")
    mark.write_text("second", encoding="utf-8")
    told = run(models, "replay")
    assert "tiny/greeter/1: 2 of its requests differ from those that were recorded" in told
    shown = models.run("trial", "tiny/greeter/1").out
    assert "2 replayed requests differ from the recorded ones:" in shown
    assert "  recorded: first" in shown
    assert "  now:      second" in shown
    strict = models.run(SPEC, "--offline", "--cassettes", "strict")
    assert strict.code == 3
    assert "cassette_miss: exchange 2 has this key, but differs" in strict.err
