"""What scripted policies do, and what single segments are worth, told by replaying without or with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from declared_fixtures import GREP, Benchmark, declared, fixture, holding, outcomes
from jsonschema import Draft202012Validator

from specrun.context.material import make
from specrun.context.replay import Replayer

EVENTS = Path(__file__).parents[2] / "schemas/v1/event.schema.json"
KEYS = b"key=one\nother\nkey=two\nkey=one\n"
SHOWN = {"spill": {"lines": 100, "chars": 1000}}


def said(tmp_path, answer: dict, *contents: bytes, calls=(), arm="full", most=20) -> str:
    """What a policy says."""
    store = SHOWN if arm == "full" else {"spill": {"lines": 1, "chars": 10}, "page_lines": 2}
    policy = {"calls": list(calls), "answer": answer}
    material = holding(
        tmp_path, *contents, arms={"it": {"context": arm}}, store=store, policies={"it": policy}
    )
    return Replayer(material, "it", most).replay(material.fixture.policies["it"]).trace.answer


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"find": "key=(.+)"}, "one"),
        ({"find": "key=.+"}, "key=one"),
        ({"find": "key=(.+)", "take": "last"}, "one"),
        ({"find": "key=(t.+)", "take": "last"}, "two"),
        ({"find": "key=(.+)", "take": "all"}, "one\ntwo"),
        ({"find": "nothing", "otherwise": "none"}, "none"),
        ({"find": "nothing", "take": "all"}, ""),
        ({"text": "key=three"}, "key=three"),
    ],
)
def test_what_it_says_is_among_what_it_has_seen(tmp_path, answer, expected):
    assert said(tmp_path, answer, KEYS) == expected
    read = {"read": "a0", "until": "nothing"}
    assert said(tmp_path, answer, KEYS, calls=[read], arm="reference") == expected


def test_it_follows_the_pages_until_a_line_matches(tmp_path):
    content = b"".join(b"%d\n" % number for number in range(1, 10))
    policy = {"calls": [{"read": "a0", "until": "^4$"}], "answer": {"find": r"^\d$", "take": "last"}}
    store = {"spill": {"lines": 1, "chars": 10}, "page_lines": 2}
    arms = {"it": {"context": "reference"}}
    material = holding(tmp_path, content, arms=arms, store=store, policies={"it": policy})
    found = Replayer(material, "it", 20).replay(material.fixture.policies["it"])
    assert (found.trace.answer, found.stopped) == ("4", False)
    assert [use.lines for use in found.trace.uses] == [((1, 2),), ((3, 4),)]
    assert found.trace.fetched("a0") == ((1, 4),)
    exactly = Replayer(material, "it", 2).replay(material.fixture.policies["it"])
    assert (exactly.trace.answer, exactly.stopped) == ("4", False)
    fewer = Replayer(material, "it", 1).replay(material.fixture.policies["it"])
    assert (fewer.trace.answer, fewer.stopped, len(fewer.trace.uses)) == ("2", True, 1)


def test_a_refused_call_is_seen_as_it_is(tmp_path):
    call = {"grep": "a0", "query": "(", "regex": True}
    assert said(tmp_path, {"find": "error"}, b"x\n" * 9, calls=[call], arm="reference") == "error"


def test_another_thread_is_refused(tmp_path):
    artifacts = [
        {"id": "out", "kind": "tool_output", "payload": "it"},
        {"id": "theirs", "kind": "tool_output", "payload": "it", "thread": "other"},
    ]
    grep = {"calls": [{"grep": "theirs", "query": "key="}], "answer": {"find": "key=(.+)"}}
    mutants = {"wrong": {"of": "mine", "arm": "reference", "calls": []}}
    data = declared(artifacts=artifacts, policies={"theirs": grep, "mine": GREP}, mutants=mutants)
    results = Benchmark(tmp_path, data).run()
    assert outcomes(results)["theirs/small@reference"] == "failed"
    assert outcomes(results)["mine/small@reference"] == "passed"


PRUNED = {"context": "recency", "budget": 5, "segment_lines": 2}
"""Of the six segments of two lines, the last is kept."""


@pytest.mark.parametrize(
    ("arm", "policy", "impacts"),
    [
        ({**PRUNED, "budget": 1000}, {"answer": {"find": "key=(.+)"}}, [0, 0, 0, 1, 0, 0]),
        (PRUNED, {"answer": {"find": "key=(.+)"}}, [0, 0, 0, 1, 0, 0]),
        (PRUNED, GREP, [0, 0, 0, 0, 0, 0]),
        ({**PRUNED, "budget": 1000}, {"answer": {"text": "found"}}, [0, 0, 0, 0, 0, 0]),
        (
            {**PRUNED, "budget": 1000},
            {"answer": {"find": "key=(.+)|line 11", "take": "last"}},
            [0, 0, 0, 0, 0, -1],
        ),
    ],
)
def test_what_a_segment_is_worth(tmp_path, arm, policy, impacts):
    data = fixture(arms={"it": {**arm, "probe": 6}}, policies={"it": policy})
    replayer, acting = Replayer(make(data, Path(), tmp_path), "it", 20), data.policies["it"]
    assert [probe.impact for probe in replayer.probes(acting, replayer.replay(acting))] == impacts


def events(bench: Benchmark, trial: str) -> list[dict]:
    for path in (bench.root / ".specrun/records").glob("*/record.json"):
        if json.loads(path.read_bytes())["trial"] == trial:
            text = path.with_name("events.jsonl").read_text(encoding="utf-8")
            return [json.loads(line) for line in text.splitlines()]
    raise AssertionError(f"no record of {trial}")


def test_the_log_says_every_decision_and_call_as_the_published_schema_has_it(tmp_path, capsys):
    arms = {
        "capped": {"context": "capped"},
        "reference": {"context": "reference"},
        "relevance": {"context": "relevance", "budget": 10, "segment_lines": 2, "probe": 4},
    }
    long = {"grep": "out", "query": "x" * 1001}
    policies = {"grep": GREP, "refused": {**GREP, "calls": [long, *GREP["calls"]]}}
    bench = Benchmark(tmp_path, declared(arms=arms, policies=policies))
    bench.run()
    validator = Draft202012Validator(json.loads(EVENTS.read_bytes()))
    logs = {arm: events(bench, f"grep/small@{arm}/1") for arm in ("capped", "reference", "relevance")}
    for log in logs.values():
        for event in log:
            validator.validate(event)
    decided = [event["data"] for event in logs["relevance"] if event["event_type"] == "context_decision"]
    assert [each["segment_id"] for each in decided] == [
        f"out:{first}-{first + 1}" for first in range(1, 12, 2)
    ]
    assert [each["impact_probe_ev"] for each in decided] == [0, 0, 0, 0, None, None]
    assert {each["segment_type"] for each in decided} == {"command_stdout"}
    assert {each["pruning_algorithm"] for each in decided} == {"relevance"}
    assert all(0 <= each["confidence_score"] <= 1 for each in decided)
    whole = [event["data"] for event in logs["reference"] if event["event_type"] == "context_decision"]
    assert [(each["segment_id"], each["kept"], each["confidence_score"]) for each in whole] == [
        ("out", False, None)
    ]
    calls = [event["data"] for event in logs["reference"] if event["event_type"] == "tool_call"]
    assert [(each["tool"], each["exit_kind"]) for each in calls] == [("grep", "ok")]
    log = events(bench, "refused/small@reference/1")
    calls = [event["data"] for event in log if event["event_type"] == "tool_call"]
    assert [each["exit_kind"] for each in calls] == ["user_error", "ok"]
    for event in log:
        validator.validate(event)
    assert not [event for event in logs["capped"] if event["event_type"] == "tool_call"]
    capsys.readouterr()
    assert bench.call("verify", "all") == 0
    assert capsys.readouterr().out.count("the chain holds") == 6
