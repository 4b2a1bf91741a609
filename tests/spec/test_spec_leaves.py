"""Checks of single values."""

from __future__ import annotations

import pathspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.leaves import check_glob, check_regex
from specrun.spec.values import Duration, Location, Size


@given(st.text(alphabet="ab*./-_[]\\ !?", min_size=1, max_size=8))
def test_a_pattern_is_good_if_git_could_match_something_with_it(text):
    try:
        (pattern,) = pathspec.GitIgnoreSpec.from_lines([text]).patterns
        good = pattern.include is not None and ".." not in text.split("/")
    except Exception:
        good = False
    try:
        check_glob(text)
    except ValueError:
        assert not good
    else:
        assert good


@given(st.text(max_size=10))
def test_any_text_is_a_regex_or_an_error(text):
    try:
        check_regex(text)
    except ValueError as error:
        assert "not a regular expression that RE2 can run" in str(error)  # noqa: PT017


def test_texts_with_a_meaning():
    assert Duration("1.5h").seconds == 5400
    assert Duration("500ms").seconds == 0.5
    assert Size("2KiB").bytes == 2048


@pytest.mark.parametrize("text", ["0s", "-1s", "1", "1 s", "1s\n", "s", "1d", "٣s"])
def test_what_is_no_duration(text):
    assert not Duration.accepts(text)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("../x.git", True),
        ("x", True),
        ("/x", True),
        ("./a:b", True),
        ("https://h/x", False),
        ("git@h:x", False),
    ],
)
def test_where_a_location_is(text, local):
    assert Location(text).is_local is local
