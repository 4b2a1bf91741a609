"""What is a right answer where lines are expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.context.expectation import is_right
from specrun.spec.models.context_fixture import Expectation

LINE = st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), min_size=1, max_size=8)


@given(st.lists(LINE, min_size=1, max_size=6, unique=True), st.randoms())
def test_the_order_of_lines_does_not_matter(lines, random):
    said = random.sample(lines, len(lines))
    assert is_right(Expectation(lines=tuple(lines)), "\n".join(f" {line} " for line in said) + "\n")


@given(st.lists(LINE, min_size=2, max_size=6, unique=True))
def test_every_line_is_needed_and_no_other_one_is_right(lines):
    expect = Expectation(lines=tuple(lines))
    assert not is_right(expect, "\n".join(lines[1:]))
    assert not is_right(expect, "\n".join([*lines, lines[0]]))
    assert not is_right(expect, "\n".join([*lines, lines[0] + "?"]))


@pytest.mark.parametrize("said", ["", "\n", "a b", "ab"])
def test_other_answers_are_wrong(said):
    assert not is_right(Expectation(lines=("a", "b")), said)


def test_lines_stand_alone():
    with pytest.raises(ValueError, match="expected exactly one of: answer; lines; contains"):
        Expectation(lines=("a",), answer="a")
