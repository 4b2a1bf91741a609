from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.results import statistics

CLOSE = 1e-6
"""Results keep six decimals."""


def counts(most: int) -> st.SearchStrategy[tuple[int, int]]:
    """Draw how many were tried, at least one, and how many of them passed."""
    return st.integers(1, most).flatmap(lambda tried: st.tuples(st.just(tried), st.integers(0, tried)))


def slow_bound(passed: int, counted: int, inside: float, outside: float) -> float:
    """Search for the end of the shares p for which |share - p| <= z * sqrt(p * (1 - p) / n), by halving."""
    for _ in range(100):
        middle = (inside + outside) / 2
        far = (passed / counted - middle) ** 2 > statistics.Z95**2 * middle * (1 - middle) / counted
        inside, outside = (inside, middle) if far else (middle, outside)
    return inside


@given(counts(5000))
def test_the_interval_holds_the_shares_that_a_score_test_does_not_refuse(counts: tuple[int, int]) -> None:
    counted, passed = counts
    rate = statistics.rate(passed, counted)
    assert rate.value == pytest.approx(passed / counted, abs=CLOSE)
    assert rate.low == pytest.approx(slow_bound(passed, counted, passed / counted, 0.0), abs=CLOSE)
    assert rate.high == pytest.approx(slow_bound(passed, counted, passed / counted, 1.0), abs=CLOSE)


@given(st.integers(1, 10**9))
def test_an_interval_ends_at_0_and_1_when_nothing_or_everything_passes(counted: int) -> None:
    assert statistics.rate(0, counted).low == 0.0
    assert statistics.rate(counted, counted).high == 1.0


def test_a_known_interval() -> None:
    rate = statistics.rate(8, 10)
    assert (rate.value, rate.low, rate.high) == (0.8, 0.490162, 0.943318)


def test_a_rate_of_nothing_is_not_0() -> None:
    rate = statistics.rate(0, 0)
    assert (rate.passed, rate.counted, rate.value, rate.low, rate.high) == (0, 0, None, None, None)


@given(counts(9), st.integers(1, 9))
def test_pass_at_k_and_pass_hat_k_are_shares_of_all_choices(counts: tuple[int, int], k: int) -> None:
    tried, passed = counts
    choices = list(combinations([True] * passed + [False] * (tried - passed), k))
    some, every = statistics.pass_at_k(tried, passed, k), statistics.pass_hat_k(tried, passed, k)
    if not choices:
        assert some is every is None
    else:
        assert some == pytest.approx(float(Fraction(sum(map(any, choices)), len(choices))), abs=CLOSE)
        assert every == pytest.approx(float(Fraction(sum(map(all, choices)), len(choices))), abs=CLOSE)


def test_k_of_none_is_not_measured() -> None:
    assert statistics.pass_at_k(3, 3, 0) is None
    assert statistics.pass_hat_k(3, 3, 4) is None


@given(st.lists(st.integers(-1000, 1000), max_size=20))
def test_the_variance_is_the_exact_one(values: list[int]) -> None:
    variance = statistics.variance([float(value) for value in values])
    if len(values) < 2:
        assert variance is None
    else:
        pairs = sum((a - b) ** 2 for a, b in combinations(values, 2))
        exact = Fraction(pairs, len(values) * (len(values) - 1))
        assert variance == pytest.approx(float(exact), abs=1e-5)


@given(st.lists(st.none() | st.floats(-1e12, 1e12), max_size=5))
def test_a_mean_does_not_depend_on_the_order(values: list[float | None]) -> None:
    means = {statistics.mean(order) for order in permutations(values)}
    assert len(means) == 1
    known = [Fraction(value) for value in values if value is not None]
    mean = means.pop()
    if mean is None:
        assert not known
    else:
        assert mean == pytest.approx(float(sum(known) / len(known)), rel=1e-12, abs=CLOSE)


def test_zero_has_no_sign() -> None:
    assert str(statistics.rounded(-0.0000001)) == "0.0"
