from __future__ import annotations

import pytest

from specrun.measure.inline_tests import inline_test_lines
from specrun.spec.models.common import InlineTests
from specrun.spec.values import Regex

IFDEF = InlineTests(begin=Regex(r"^#ifdef UNIT_TEST$"), end=Regex(r"^#endif"))
MODULE = InlineTests(begin=Regex(r"^#\[cfg\(test\)\]$"), end=Regex(r"^}"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("int a;\n#ifdef UNIT_TEST\nint b;\n#endif\nint c;\n", {2, 3, 4}),
        ("#ifdef UNIT_TEST\n#endif\nint a;\n#ifdef UNIT_TEST\nint b;\n#endif\n", {1, 2, 4, 5, 6}),
        ("int a;\r\n#ifdef UNIT_TEST\r\nint b;\r\n#endif\r\nint c;\r\n", {2, 3, 4}),
        ("#ifdef OTHER\nint a;\n#endif\n", set()),
        ("int a;\n#ifdef UNIT_TEST\nint b;", {2, 3}),
        ("", set()),
    ],
)
def test_from_a_line_that_begins_to_one_that_ends(text, lines):
    assert inline_test_lines(text, IFDEF) == lines


def test_the_end_is_looked_for_from_the_next_line_on():
    text = "fn a() {\n}\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {\n}\n"
    assert inline_test_lines(text, MODULE) == {3, 4, 5, 6, 7}
    both = InlineTests(begin=Regex("TEST"), end=Regex("TEST"))
    assert inline_test_lines("a\nTEST\nb\nTEST\nc\n", both) == {2, 3, 4}


def test_a_project_without_such_parts_has_none():
    assert inline_test_lines("#ifdef UNIT_TEST\n#endif\n", None) == frozenset()


def test_lines_are_counted_as_coverage_counts_them():
    """Form feeds and other separators inside of a line end none."""
    assert inline_test_lines("a\x0cb\u2028c\n#ifdef UNIT_TEST\n#endif\n", IFDEF) == {2, 3}
