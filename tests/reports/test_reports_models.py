"""What reports say of models: tokens, costs, claims and turns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from model_results import WRITER, run, trial, typical, unasked, used

from specrun.reports import findings
from specrun.reports.kinds import kind_of
from specrun.reports.render import render
from specrun.reports.spending import cost, spent
from specrun.reports.trajectories import MOST_TRIALS, MOST_TURNS
from specrun.reports.wording import money
from specrun.results.codec import ResultsError, decode, encode
from specrun.results.model import Results, StageUsage, Trial, Turn

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def page(results: Results) -> str:
    return render(results)["results.md"].decode()


def table(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table after a heading."""
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def said(results: Results, rule: str) -> list[str]:
    return [found.text for found in findings.find(results, kind_of(results).rules) if found.rule == rule]


def of_one(*trials: Trial, **more: object) -> Results:
    """Make a run of the agents of these trials, all of which talk to one model."""
    return run(trials, {one.agent: WRITER.id for one in trials}, **more)  # type: ignore[arg-type]


def test_a_run_without_models_says_nothing_of_them() -> None:
    """Not even where rows of usage say that nothing was measured."""
    results = run([trial("nop", "a", [StageUsage(stage="detect")])], {"nop": None}, models=(), prices=None)
    text = page(results)
    assert not [
        word for word in ("Models", "Tokens and cost", "Drift", "Trajectories") if f"## {word}" in text
    ]
    assert said(results, "tokens-per-pass") == said(results, "costs") == said(results, "drift") == []


def test_tokens_of_all_trials_are_added_up_by_stage_and_in_all() -> None:
    lost = used("fix", requests=1, failed=3, refused=2, cost="0.0009")
    rows = table(
        page(
            of_one(trial("a", "x", [used("detect"), lost]), trial("a", "y", [used("detect"), unasked("fix")]))
        ),
        "Tokens and cost",
    )
    assert rows == [
        ["a", "detect", "4", "0", "0", "0", "200", "100", "0", "40", "0", "0.00082"],
        ["a", "fix", "1", "3", "2", "0", "100", "50", "0", "20", "0", "0.0009"],
        ["a", "all", "5", "3", "2", "0", "300", "150", "0", "60", "0", "0.00172"],
    ]


def test_a_count_that_one_trial_lacks_is_not_known_of_all() -> None:
    rows = table(
        page(of_one(trial("a", "x", [used("fix")]), trial("a", "y", [used("fix", cache_write_tokens=None)]))),
        "Tokens and cost",
    )
    assert rows == [["a", "fix", "4", "0", "0", "200", "100", "-", "40", "0", "0.00082"]]


def test_estimates_stand_apart_and_unknown_costs_are_explained() -> None:
    guess = used("fix", "m", estimated=True, requests=1, cost="0.5")
    text = page(of_one(trial("a", "x", [used("fix", "m"), guess, used("fix", "n", cost=None)])))
    rows = {tuple(row[1:3]): (row[3], row[-1]) for row in table(text, "Tokens and cost")}
    assert rows == {
        ("fix", "m"): ("2", "0.00041"),
        ("fix (estimate)", "m"): ("1", "0.5"),
        ("fix", "n"): ("2", "-"),
        ("all", "-"): ("4", "-"),
    }
    assert "No cost is known of n: the price table" in text
    assert "characters/4" in text
    assert "No cost is known" not in page(of_one(trial("a", "x", [used("fix"), unasked("check")])))


def test_a_scripted_model_is_said_to_measure_nothing() -> None:
    sentence = "shows the machinery, and measures no model"
    assert sentence in page(typical())
    assert sentence not in page(of_one(trial("a", "x", [used("fix")]), models=[WRITER]))


def test_claims_are_compared_over_the_trials_that_have_both() -> None:
    results = of_one(
        trial("a", "exact", [used("fix")], claim=(150, 20)),
        trial("a", "near", [used("fix")], claim=(151, 20)),
        trial("a", "off", [used("fix")], claim=(153, None)),
        trial("a", "silent", [used("fix")]),
        trial("a", "guessed", [used("fix", estimated=True)], claim=(1, 1)),
        trial("b", "exact", [unasked("fix")], claim=(0, 5)),
    )
    assert table(page(results), "Drift") == [
        ["a", "input", "3/5", "454", "450", "\\+4", "\\+0.9%", "1/3"],
        ["a", "output", "2/5", "40", "40", "0", "0.0%", "2/2"],
        ["b", "input", "1/1", "0", "0", "0", "-", "1/1"],
        ["b", "output", "1/1", "5", "0", "\\+5", "-", "0/1"],
    ]
    assert said(results, "drift") == [
        (
            "a claims tokens that are off by more than 1% in 1 of 3 trials with a claim:"
            " a/off/1 (input 153 claimed, 150 counted)."
        ),
        (
            "b claims tokens that are off by more than 1% in 1 of 1 trial with a claim:"
            " b/exact/1 (output 5 claimed, 0 counted)."
        ),
    ]


def test_turns_are_shown_in_full_up_to_a_limit() -> None:
    turns = [Turn(stage="fix", conversation=1, says=f"turn {place}") for place in range(MOST_TURNS + 2)]
    trials = [trial("a", f"c{place}", turns=turns[:1]) for place in range(MOST_TRIALS)]
    text = page(of_one(trial("a", "long", turns=turns), *trials, trial("b", "long")))
    shown = text.split("## Trajectories", 1)[1]
    assert shown.count("<details>") == shown.count("</details>") == MOST_TRIALS
    assert f"turn {MOST_TURNS - 1} |" in shown
    assert f"turn {MOST_TURNS} |" not in shown
    assert "\n2 more turns: see results.json.\n" in shown
    assert "\n1 more trial: see results.json.\n" in shown
    assert "\nb/long/1: no turn.\n" in shown


def test_calls_of_a_turn_stand_one_below_the_other_in_one_cell() -> None:
    turn = Turn(
        stage="fix", conversation=1, says="a|b", calls=("bash: x | y", "read: <z>"), input_tokens=1234
    )
    html = MARKDOWN.render(page(of_one(trial("a", "x", turns=[turn]))))
    assert "<td>bash: x | y<br>read: &lt;z&gt;</td>" in html
    assert ">1,234</td>" in html


def test_the_most_tokens_for_a_passed_trial_are_found() -> None:
    many = used("fix", input_tokens=930)
    results = of_one(
        trial("dear", "x", [many]),
        trial("dear", "y", [many], "failed"),
        trial("cheap", "x", [used("fix")]),
        trial("cheap", "y", [used("fix")]),
        trial("vain", "x", [many], "failed"),
        trial("guessing", "x", [used("fix", estimated=True)]),
        trial("absent", "x"),
    )
    assert said(results, "tokens-per-pass") == [
        "dear uses 2,000 tokens in 2 counted trials and passes 1: 2,000 for each that passes.",
        "cheap uses 340 tokens in 2 counted trials and passes 2: 170 for each that passes.",
        "vain uses 1,000 tokens in 1 counted trial and passes none.",
        "dear (2,000) uses the most tokens for each trial that passes, before cheap (170).",
    ]


def test_costs_are_found_where_all_of_them_are_known() -> None:
    third = [trial("a", case, [used("fix", cost="0.1")], "passed") for case in "xyz"]
    unknown = trial("b", "x", [used("fix", cost=None)])
    results = of_one(*third, unknown, models=[WRITER])
    assert said(results, "costs") == [
        "a costs 0.3 USD in 3 counted trials, 0.1 for each that passes, by the prices sample of 2026-11-01."
    ]
    assert said(msgspec.structs.replace(results, prices=None), "costs") == []
    assert "careful, whose model is scripted, costs 0.00205 USD" in said(typical(), "costs")[0]


rows = st.builds(
    lambda stage, model, estimated, requests, amount: used(
        stage, model if requests else None, estimated=estimated, requests=requests, cost=amount
    ),
    st.sampled_from(["fix", "check"]),
    st.sampled_from(["m", "n"]),
    st.booleans(),
    st.integers(0, 2),
    st.none() | st.decimals(0, 10**6, places=6).map(str),
)


@given(st.lists(st.lists(rows, max_size=4), max_size=4))
def test_no_request_is_lost_and_none_counts_twice(usages: Sequence[Sequence[StageUsage]]) -> None:
    trials = [trial("a", str(place), usage) for place, usage in enumerate(usages)]
    found = spent(trials)
    every = [row for usage in usages for row in usage]
    assert sum(row.requests or 0 for each in found for row in each.rows) == sum(
        row.requests or 0 for row in every
    )
    assert len({(each.stage, each.model, each.estimated) for each in found}) == len(found)
    amounts = [row.cost for row in every if row.requests]
    assert cost(every) == (None if None in amounts else sum(map(Decimal, filter(None, amounts)), Decimal()))
    if trials:
        assert page(of_one(*trials)).startswith("# Models\n")


@pytest.mark.parametrize(
    ("amount", "text"),
    [(None, "-"), ("0", "0"), ("1234.50", "1,234.5"), ("1E+3", "1,000"), ("0.000000041", "0.000000041")],
)
def test_money_is_written_exactly(amount: str | None, text: str) -> None:
    assert money(None if amount is None else Decimal(amount)) == text


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b'"model": "reader"', b'"model": "nobody"', "agent 'careful' talks to a model that is not listed"),
        (b'"cost": "0.00041"', b'"cost": "1e9999999"', "has a cost that is no amount"),
        (b'"id": "large"', b'"id": "reader"', "two models have the same name"),
    ],
)
def test_results_that_contradict_themselves_about_models_are_refused(
    old: bytes, new: bytes, problem: str
) -> None:
    data = encode(typical())
    assert old in data
    with pytest.raises(ResultsError, match=problem):
        decode(data.replace(old, new))
