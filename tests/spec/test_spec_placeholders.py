"""`${name}` is filled in once, and by specrun only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.placeholders import check, fill, names


def test_values_are_put_in_and_not_looked_at_again():
    text = "${home}/a ${prompt.text} $HOME $${kept} $(x)"
    assert names(text) == ("home", "prompt.text")
    assert fill(text, {"home": "/h", "prompt.text": "${home} $${"}) == "/h/a ${home} $${ $HOME ${kept} $(x)"


def test_unknown_names_are_refused_with_the_known_ones():
    check("${home} $${anything}", {"home"})
    with pytest.raises(ValueError, match=r"unknown placeholder '\$\{zzz\}' \(known: home, stage\)"):
        check("${home} ${zzz}", {"stage", "home"})
    with pytest.raises(ValueError, match=r"did you mean '\$\{stage\}'"):
        check("${stgae}", {"stage", "home"})
    with pytest.raises(ValueError, match="without '}'"):
        check("${#array", {"home"})


@given(st.text(alphabet="$\\{}ab.", max_size=30))
def test_escaping_gives_any_text_back(text):
    assert fill(text.replace("${", "$${"), {}) == text


@given(st.text(max_size=30))
def test_checked_text_can_be_filled(text):
    known = {"a": "1", "b": "2"}
    try:
        check(text, known)
    except ValueError:
        return
    assert isinstance(fill(text, known), str)
