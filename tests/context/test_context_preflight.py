"""Fixtures that say nothing are told before they count, and take no other fixture with them."""

from __future__ import annotations

import re

import pytest
from declared_fixtures import GRADERS, GREP, NUMBERED, TAIL, Benchmark, declared, outcomes

SOUND = declared(id="sound")
EVIDENT = {"passing": ["context-evidence"]}
ALL_SHOWN = {"full": {"context": "full"}}
BLIND = {"of": "grep", "arm": "full", "answer": {"text": "x"}}
BIG = {"lines": {"count": 70, "text": "${x}", "vars": {"x": {"repeat": {"text": "x", "times": 1000000}}}}}

BROKEN = [
    (
        {"arms": ALL_SHOWN, "baseline": "full", "mutants": {"wrong": BLIND}},
        EVIDENT,
        "an agent that does nothing passes it in the arm full: mend it, or mark it smoke: true",
    ),
    (
        {"mutants": {"wrong": {"of": "grep", "arm": "reference", "answer": {"text": "found"}}}},
        {},
        "the mutant wrong is not failed by context-answer",
    ),
    (
        {"mutants": {"wrong": {"of": "tail", "arm": "reference", "answer": {"text": "lost"}}}},
        {},
        "the mutant wrong shows nothing: context-answer fails tail itself, too",
    ),
    (
        {"policies": {"blind": TAIL}, "mutants": {"none": {"of": "blind", "arm": "reference", "calls": []}}},
        {},
        "the mutant none shows nothing: context-answer fails blind itself, too",
    ),
    (
        {"payloads": {"it": {**NUMBERED, "pin": {"bytes": 5}}}},
        {},
        "payload 'it': ",
    ),
    (
        {"payloads": {"it": {"file": {"path": "it.yaml"}, "pin": {"sha256": "0" * 64}}}},
        {},
        "payload 'it': ",
    ),
    (
        {
            "arms": {"reference": {"context": "reference"}, "like": {"context": "relevance", "budget": 9}},
            "baseline": "reference",
            "payloads": {"it": BIG},
        },
        {},
        "the arm like cannot work: segment out has 70000070 bytes; arms look at 67108864 at most",
    ),
    (
        {"expect": {"answer": "found", "evidence": {"out": [7, 13]}}},
        {},
        "line 13 of out is wanted, which has 12 lines",
    ),
]


@pytest.mark.parametrize(("changes", "spec", "reason"), BROKEN, ids=[reason[:40] for *_, reason in BROKEN])
def test_a_fixture_that_says_nothing_is_invalid_and_others_are_not(tmp_path, changes, spec, reason):
    broken = declared(id="broken", **changes)
    bench = Benchmark(tmp_path, broken, SOUND, **{"passing": ["context-answer"], **spec})
    results = bench.run_broken()
    for trial in results.trials:
        if "/broken@" in trial.name:
            assert trial.outcome == "invalid_case", trial.name
            place, _, told = trial.reason.partition(": ")
            assert re.fullmatch(r"0\.yaml:[0-9]+:[0-9]+", place), "where it is to be mended"
            assert told.startswith(reason)
            assert str(tmp_path) not in trial.reason
        else:
            assert trial.outcome in ("passed", "failed")
    assert outcomes(results)["grep/sound@reference"] == "passed"
    assert "0.yaml" in bench.reports["results.md"].decode()
    assert bench.call("it.yaml", "--offline", "-q", "--check") == 2


def test_a_fixture_that_no_policy_passes(tmp_path):
    checks = [{"id": "never", "figure": "pages", "equals": 5}]
    broken = declared(
        checks=checks,
        mutants={"wrong": {"of": "grep", "arm": "reference", "answer": {"text": "lost"}}},
    )
    bench = Benchmark(tmp_path, broken, passing=["context-answer", "context-checks"])
    (reason,) = {trial.reason for trial in bench.run_broken().trials}
    assert reason.endswith(": no policy passes it in any arm")


def test_a_policy_that_needs_more_calls_than_the_limit_passes_nothing(tmp_path):
    policy = {"calls": [{"tail": "out", "lines": 1}, *GREP["calls"]], "answer": GREP["answer"]}
    mutants = {"wrong": {"of": "slow", "arm": "full", "answer": {"text": "lost"}}}
    arms = {"reference": {"context": "reference"}, "full": {"context": "full"}}
    data = declared(policies={"slow": policy}, mutants=mutants, arms=arms, baseline="full")
    results = Benchmark(tmp_path, data, limits={"calls": 1}).run()
    assert outcomes(results) == {"slow/small@full": "passed", "slow/small@reference": "budget_exceeded"}
    (stopped,) = (trial for trial in results.trials if trial.outcome == "budget_exceeded")
    assert stopped.reason == "it needs more calls than the limit, which is 1"
    arms.pop("full")
    mutants["wrong"]["arm"] = "reference"
    other = declared(policies={"slow": policy}, mutants=mutants, arms=arms, baseline="reference")
    results = Benchmark(tmp_path / "2", other, limits={"calls": 2}).run()
    assert outcomes(results) == {"slow/small@reference": "passed"}


def test_smoke_fixtures_may_be_passed_by_nothing(tmp_path):
    data = declared(arms=ALL_SHOWN, baseline="full", smoke=True)
    data["mutants"] = {"wrong": {**BLIND, "must_fail": ["context-answer"]}}
    results = Benchmark(tmp_path, data, graders=GRADERS[:2], passing=["context-evidence"]).run()
    assert set(outcomes(results).values()) == {"passed"}
