"""Data as YAML: it comes back as it was, and reads well."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.imports.yaml_text import to_yaml
from specrun.spec.text import parse

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
) | st.sampled_from(
    [
        "",
        "-",
        "- a",
        "---",
        "--- a",
        "...",
        "~",
        "null",
        "yes",
        "12",
        "0x1f",
        "1e3",
        ".inf",
        "a: b",
        "a #b",
        "'",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=5))
def test_what_is_written_comes_back(data):
    assert parse(Path("it.yaml"), to_yaml(data)) == data


@given(TEXTS)
def test_a_text_keeps_to_one_line_without_what_terminals_obey(text):
    written = to_yaml({"key": text})
    assert written.count("\n") == 1
    assert written.removesuffix("\n").isprintable()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words, no: yes", '"plain words, no: yes"'),
        ("two words", "two words"),
        ("reference+excerpt", "reference+excerpt"),
        ("12", '"12"'),
        ("true", '"true"'),
        (r"a\d+", r"'a\d+'"),
        ("it's \\d", '"it\'s \\\\d"'),
        ("a\u2028b\x0bc\U000e0001", r'"a\u2028b\x0Bc\U000E0001"'),
    ],
)
def test_texts_are_as_plain_as_they_can_be(text, written):
    assert to_yaml({"key": text}) == f"key: {written}\n"


def test_small_things_stand_on_one_line_and_large_ones_in_blocks():
    data = {
        "tags": ["a", "b"],
        "arms": {"full": {"context": "full"}, "none": {}},
        "deep": {"one": {"two": {"three": {"four": 4}}}},
        "list": [{"a": 1, "b": [1, 2]}, {"long": "x" * 100, "b": 1}],
    }
    assert to_yaml(data) == (
        "tags: [a, b]\n"
        "arms:\n  full: {context: full}\n  none: {}\n"
        "deep:\n  one:\n    two: {three: {four: 4}}\n"
        f"list:\n  - {{a: 1, b: [1, 2]}}\n  -\n    long: {'x' * 100}\n    b: 1\n"
    )
