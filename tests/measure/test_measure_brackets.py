from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.brackets import pairs


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        ("", {}),
        ("f(a[0]) { }", {1: 6, 3: 5, 8: 10}),
        (")(", {}),
        ("{ ( } )", {0: 4}),
        ("a { b { c() }", {6: 12, 9: 10}),
    ],
)
def test_pairs(masked, expected):
    assert pairs(masked) == expected


@given(st.recursive(st.just("x"), lambda inner: st.lists(
    st.tuples(st.sampled_from(["()", "[]", "{}"]), inner).map(lambda pair: pair[0][0] + pair[1] + pair[0][1])
).map("".join)))  # fmt: skip
def test_each_bracket_has_its_partner(masked):
    found = pairs(masked)
    assert sorted([*found, *found.values()]) == [
        at for at, character in enumerate(masked) if character != "x"
    ]
    assert all(masked[start] + masked[end] in ("()", "[]", "{}") for start, end in found.items())
    # Pairs are apart or one is within the other.
    assert not any(a < c < b < d for a, b in found.items() for c, d in found.items())
