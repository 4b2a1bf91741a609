from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.results.model import COUNTED, Agent, Case, Combined, Grader, Results, Score, Trial
from specrun.results.summary import combine, ks, summarise

AGENT = Agent(id="a", title="", type="command", version="1")
CASES = tuple(Case(id=name, title="") for name in ("x", "y", "z"))


def trial(case: str, outcome: str, repetition: int = 1, *scores: Score) -> Trial:
    return Trial(agent="a", case=case, repetition=repetition, seed=0, outcome=outcome, scores=scores)  # type: ignore[arg-type]


def covered(status: str = "passed", **figures: float | None) -> Score:
    return Score(grader="coverage", status=status, figures=figures)  # type: ignore[arg-type]


@given(st.data())
def test_the_order_of_trials_changes_nothing(
    any_results: st.SearchStrategy[Results], data: st.DataObject
) -> None:
    results = data.draw(any_results)
    mixed = random.Random(data.draw(st.integers())).sample(results.trials, len(results.trials))
    again = summarise(results.agents, results.cases, results.graders, mixed)
    assert again == results.summaries


@given(st.data())
def test_rates_and_figures_are_over_the_trials_that_count(
    any_results: st.SearchStrategy[Results], data: st.DataObject
) -> None:
    results = data.draw(any_results)
    counted = [trial for trial in results.trials if trial.outcome in COUNTED]
    only = summarise(results.agents, results.cases, results.graders, counted)
    for summary, of_counted in zip(results.summaries, only, strict=True):
        mine = [trial for trial in results.trials if trial.agent == summary.agent]
        assert sum(summary.outcomes.values()) == len(mine)
        assert summary.pass_rate == of_counted.pass_rate
        assert summary.graders == of_counted.graders
        assert summary.figures == of_counted.figures
        for figure in summary.figures.values():
            assert figure.measured + figure.missing <= summary.pass_rate.counted
            assert (figure.value is None) == (figure.measured == 0)


def test_what_is_not_measured_is_missing_and_never_0(graders: tuple[Grader, ...]) -> None:
    trials = [
        trial("x", "passed", 1, covered(lines=10, all=20, rate=0.5)),
        trial("x", "failed", 2, covered("failed", lines=None, all=20)),
        trial("y", "agent_error"),
        trial("y", "failed", 2, covered("not_applicable")),
        trial("z", "infra_error", 1, covered(lines=1000, all=1000, rate=1.0)),
    ]
    [summary] = summarise([AGENT], CASES, graders, trials)
    assert summary.figures["coverage.lines"] == Combined(value=10, measured=1, missing=2)
    assert summary.figures["coverage.all"] == Combined(value=40, measured=2, missing=1)
    assert summary.figures["coverage.rate"] == Combined(value=0.5, measured=1, missing=2)
    assert (summary.graders["coverage"].passed, summary.graders["coverage"].counted) == (1, 2)
    assert summary.graders["replay"].value is None


def test_repetitions_give_the_mean_over_cases(graders: tuple[Grader, ...]) -> None:
    verdicts = {"x": "ppp", "y": "pff", "z": "fi"}
    outcomes = {"p": "passed", "f": "agent_timeout", "i": "infra_error"}
    trials = [
        trial(case, outcomes[verdict], repetition)
        for case, row in verdicts.items()
        for repetition, verdict in enumerate(row, start=1)
    ]
    [summary] = summarise([AGENT], CASES, graders, trials)
    assert summary.pass_at_k == {"1": 0.444444, "2": 0.833333, "3": 1.0}
    assert summary.pass_hat_k == {"1": 0.444444, "2": 0.5, "3": 0.5}
    assert summary.stability_variance == pytest.approx((0 + 1 / 3) / 2, abs=1e-6)


def test_an_agent_without_trials_has_a_summary_of_nothing(graders: tuple[Grader, ...]) -> None:
    [summary] = summarise([AGENT], CASES, graders, [])
    assert (summary.outcomes, summary.pass_at_k, summary.stability_variance) == ({}, {}, None)
    assert summary.pass_rate.value is None
    assert summary.figures["coverage.lines"] == Combined(value=None, measured=0, missing=0)


def test_whole_numbers_add_up_exactly() -> None:
    assert combine("sum", [2**60, None, 1]) == 2**60 + 1
    assert combine("sum", [0.1] * 10) == 1.0
    assert combine("sum", [None]) is None
    assert combine("mean", [1, 2, None]) == 1.5


def test_few_k_stand_for_many() -> None:
    assert ks(0) == []
    assert ks(3) == [1, 2, 3]
    assert ks(60) == [1, 2, 3, 4, 5, 10, 20, 50, 60]
