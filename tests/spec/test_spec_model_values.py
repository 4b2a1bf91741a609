"""Counts and money: what they may look like, and what they are."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.collect import validate
from specrun.spec.library import Library
from specrun.spec.models.prices import Money
from specrun.spec.values import LARGEST_COUNT, Count

TIMES = {"": 1, "k": 1_000, "M": 1_000_000}
PLACES = {"": 0, "k": 3, "M": 6}


@given(st.integers(0, 10**9), st.text("0123456789", max_size=8), st.sampled_from(sorted(TIMES)))
def test_a_count_is_exact_or_none(whole, part, unit):
    text = f"{whole}{'.' * bool(part)}{part}{unit}"
    is_whole = len(part) <= PLACES[unit] and len(text) <= Count.longest
    assert Count.accepts(text) == is_whole
    if is_whole:
        assert Count(text).number == Fraction(text.rstrip("kM")) * TIMES[unit]


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1 k", "k", ".5k", "1.k", "1K", "1m", "1G", "1_000", "1,000", "1e3", "1k\n", "٣"]
)
def test_what_is_no_count(text):
    assert not Count.accepts(text)


@pytest.mark.parametrize("value", [True, 1.0, None, [1], "7"])
def test_only_an_integer_is_spelled_as_a_count(value):
    assert Count.spelled(value) is None
    assert Count.spelled(7) == "7"


@pytest.mark.parametrize("text", ["", "-1", "1.", ".5", "1e3", "1,5", "NaN", "$1", "1\n", "Infinity"])
def test_what_is_no_money(text):
    assert not Money.accepts(text)


def test_counts_of_a_budget_are_numbers_or_text(shelf):
    limits = "{requests: 40, tokens: 200k, output_tokens: 1.5M, input_tokens: '7'}"
    shelf.edit("specs/bench.yaml", "passing:", f"budget: {{trial: {limits}}}\npassing:")
    model = Library(shelf.root).resolve(shelf.path("specs/bench.yaml")).model
    trial = model.budget.trial
    assert [
        count.number for count in (trial.requests, trial.tokens, trial.output_tokens, trial.input_tokens)
    ] == [40, 200_000, 1_500_000, 7]
    assert trial.reasoning_tokens is None


SUCH_AS = "must be a count such as 50000, 200k, 1.5M"
WRONG = {
    "1.5": f"10:26: 'tokens' {SUCH_AS}",
    "200K": f"10:26: 'tokens' {SUCH_AS}",
    "'0.1234k'": f"10:26: 'tokens' {SUCH_AS}",
    "true": f"10:26: 'tokens' {SUCH_AS}",
    "-1": "10:26: 'tokens' must be at least 0",
    "[1]": "10:26: 'tokens' must be an integer or text, not a list",
    str(LARGEST_COUNT + 1): f"10:26: 'tokens' must be at most {LARGEST_COUNT}",
    "1000000001M": "10:26: 'tokens': a count is at most 1000000000M, which is 10^15",
    "5.0": "10:26: expected a count such as 50000, 200k, 1.5M",
    f"'{'0' * 21}'": "10:26: 'tokens' must be at most 20 characters long",
}


@pytest.mark.parametrize("written", sorted(WRONG))
def test_a_wrong_count_is_told_where_it_stands(shelf, written):
    text = shelf.path("specs/bench.yaml").read_text()
    shelf.write("specs/bench.yaml", f"{text}budget: {{trial: {{tokens: {written}}}}}\n")
    good, wrong = validate([shelf.path("specs/bench.yaml")])
    assert good == []
    assert [str(problem) for problem in wrong] == [f"specs/bench.yaml:{WRONG[written]}"]
