from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.reports import wording
from specrun.results.model import Number


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0%"),
        (0.0001, "< 0.1%"),
        (0.5, "50.0%"),
        (0.666667, "66.7%"),
        (0.9999, "> 99.9%"),
        (1.0, "100.0%"),
    ],
)
def test_only_all_is_100_and_only_nothing_is_0(share: float, text: str) -> None:
    assert wording.percent(share) == text


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_part_is_never_shown_as_nothing_or_all(share: float) -> None:
    assert wording.percent(share) not in ("0.0%", "100.0%")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "lines", "-"),
        (None, "share", "-"),
        (0, "lines", "0"),
        (1234567, "tokens", "1,234,567"),
        (0.25, "", "0.25"),
        (1234.56, "lines", "1,234.6"),
        (0.5, "share", "50.0%"),
    ],
)
def test_numbers(value: Number, unit: str, text: str) -> None:
    assert wording.number(value, unit) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (list("abc"), "a, b and c"),
        (list("abcdefghijk"), "a, b, c, d, e, f, g, h, i, j and k"),
        (list("abcdefghijkl"), "a, b, c, d, e, f, g, h, i, j and 2 more"),
    ],
)
def test_lists(names: list[str], text: str) -> None:
    assert wording.listing(names) == text


def test_counts_agree_with_their_nouns() -> None:
    assert wording.count(0, "trial") == "0 trials"
    assert wording.count(1, "trial") == "1 trial"
    assert wording.portion(1, 2000, "trial") == "1 of 2,000 trials"
    assert wording.because("it failed.") == ": it failed."
    assert wording.because(None) == "."
