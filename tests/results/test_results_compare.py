from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from specrun.results.codec import encode
from specrun.results.compare import mergeable, unchecked
from specrun.results.model import Agent, Benchmark, Case, Outcome, Results, Trial
from specrun.results.summary import summarise

Ends = dict[str, Outcome]


def run(ends: Ends, reason: str | None = None, **broken: str) -> Results:
    """Make the results of one agent on a case for each outcome."""
    agents = (Agent(id="a", title="", type="command", version="1"),)
    cases = tuple(Case(id=name, title="", broken=broken.get(name)) for name in ends)
    trials = tuple(
        Trial(agent="a", case=name, repetition=1, seed=0, outcome=outcome, reason=reason)
        for name, outcome in ends.items()
    )
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(id="b", kind="test-running", title="", spec="b.yaml", digest="0"),
        seed=0, repeats=1, graders=(), agents=agents, cases=cases, trials=trials,
        summaries=summarise(agents, cases, (), trials),
    )  # fmt: skip


@given(st.data())
def test_a_run_is_equal_to_itself(any_results: st.SearchStrategy[Results], data: st.DataObject) -> None:
    results = data.draw(any_results)
    assert unchecked(results, results) == ()
    assert encode(mergeable(results, results)) == encode(results)


@given(st.data())
def test_what_cannot_run_here_is_named_and_changes_nothing(
    any_results: st.SearchStrategy[Results], data: st.DataObject
) -> None:
    committed = data.draw(any_results)
    gone: dict[str, Any] = {
        "outcome": "unavailable",
        "reason": "no such tool here",
        "scores": (),
        "usage": (),
    }
    here = [data.draw(st.booleans()) for _ in committed.trials]
    trials = tuple(
        trial if kept else msgspec.structs.replace(trial, **gone)
        for trial, kept in zip(committed.trials, here, strict=True)
    )
    now = msgspec.structs.replace(
        committed,
        trials=trials,
        summaries=summarise(committed.agents, committed.cases, committed.graders, trials),
    )
    expected = [
        trial.name
        for trial, kept in zip(committed.trials, here, strict=True)
        if not kept and trial.outcome != "unavailable"
    ]
    assert unchecked(committed, now) == tuple(expected)
    assert mergeable(committed, now) == committed


def test_a_different_outcome_is_a_difference() -> None:
    committed = run({"x": "passed", "y": "passed"})
    now = run({"x": "unavailable", "y": "failed"})
    assert unchecked(committed, now) == ("a/x/1",)
    assert mergeable(committed, now) != committed


def test_a_trial_that_is_new_or_gone_is_a_difference() -> None:
    one, two = run({"x": "passed"}), run({"x": "passed", "y": "unavailable"})
    for committed, now in ((one, two), (two, one)):
        assert unchecked(committed, now) == ()
        assert mergeable(committed, now) != committed


def test_what_was_committed_as_unavailable_must_not_run_elsewhere() -> None:
    committed = run({"x": "unavailable"})
    assert mergeable(committed, run({"x": "passed"})) != committed


def test_the_reason_for_being_unavailable_may_differ_by_machine() -> None:
    committed = run({"x": "unavailable"}, "node is not installed")
    assert mergeable(committed, run({"x": "unavailable"}, "node 18 is too old")) == committed


def test_a_case_that_cannot_run_here_may_be_broken_there() -> None:
    committed = run({"x": "invalid_case", "y": "passed"}, x="the oracle fails")
    here = run({"x": "unavailable", "y": "passed"})
    assert unchecked(committed, here) == ("a/x/1",)
    assert mergeable(committed, here) == committed
    mended = run({"x": "passed", "y": "passed"})
    assert mergeable(committed, mended) != committed
