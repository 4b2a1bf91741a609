from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specrun.events.excerpt import EXCERPT_LIMIT, excerpt


def test_short_text_is_kept_whole():
    assert excerpt("x" * EXCERPT_LIMIT) == "x" * EXCERPT_LIMIT


def test_long_text_keeps_both_ends():
    assert excerpt("abcdefghij", 5) == "abc\n[5 characters cut]\nij"
    assert excerpt("abc", 0) == "\n[3 characters cut]\n"


@given(st.text(st.characters()), st.integers(0, 20))
def test_any_text_becomes_fit_to_write(text, limit):
    shown = excerpt(text, limit)
    shown.encode()
    assert len(shown) <= limit + 40
