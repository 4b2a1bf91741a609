from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.tokens import estimate


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2), (182_364, 45_591)])
def test_four_characters_are_a_token(characters, tokens):
    assert estimate(characters) == tokens


@given(st.integers(0, 10**30))
def test_an_estimate_is_rounded_up_exactly(characters):
    assert 0 <= 4 * estimate(characters) - characters < 4


def test_no_text_has_fewer_than_no_characters():
    with pytest.raises(ValueError, match="-1"):
        estimate(-1)
