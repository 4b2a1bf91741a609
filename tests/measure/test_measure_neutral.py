from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.measure.mutation import mutants, neutral

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "if a<b: x# c\n", "if  a < b :  x # c \n"),
        ("python", "f'{a + b}' 'c d'", "f'{a + b}'  'c d' "),
        ("python", "f(f'{a!r:>{b}}')", "f ( f'{a!r:>{b}}' ) "),
        ("python", "pass", "pass "),
        ("python", "", None),
        ("python", "''' a\n'''", None),
        ("python", "a <", None),
        ("javascript", "if (a < b) f('c d');", "if  ( a  <  b)   f( 'c d') ; "),
        ("javascript", "`a ( b\n${c}`;", None),
        ("javascript", "x", None),
        ("c", "a = f(b, '(');  // d (e)", "a  =  f( b,  '(') ;   // d (e)"),
        ("c", "#define A (1)", None),
    ],
)
def test_blanks_are_widened(language, text, expected):
    assert neutral(text, language, 1) == expected


@pytest.mark.parametrize("language", ["python", "javascript", "c"])
@pytest.mark.parametrize("line", [0, 3])
def test_lines_that_are_not_there(language, line):
    assert neutral("f(a)\n", language, line) is None


@pytest.mark.parametrize("path", sorted(PROJECTS.glob("*/*/*.py")), ids=lambda path: path.name)
def test_python_means_the_same_and_every_mutant_has_a_neutral_line(path):
    text = path.read_text(encoding="utf-8")
    for line in {mutant.line for mutant in mutants(text, "python", frozenset(range(1, 1000)))}:
        changed = neutral(text, "python", line)
        assert changed is not None
        assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text))
        assert differing(text, changed) == [line]


@pytest.mark.parametrize(("language", "pattern"), [("javascript", "*/*/*.js"), ("c", "*/src/*.c")])
def test_only_blanks_are_added(language, pattern):
    for path in PROJECTS.glob(pattern):
        text = path.read_text(encoding="utf-8")
        for line in {mutant.line for mutant in mutants(text, language, frozenset(range(1, 1000)))}:
            changed = neutral(text, language, line)
            assert changed is not None
            assert differing(text, changed) == [line]
            assert "".join(changed.split()) == "".join(text.split())


@pytest.mark.parametrize("language", ["python", "javascript", "c"])
@given(text=st.text("f(){}[]`$/*\"'\\\n =:;x1!&#\r\f"), line=st.integers(1, 4))
@settings(deadline=None)
def test_any_text(language, text, line):
    changed = neutral(text, language, line)
    if changed is not None:
        assert changed != text
        assert changed.replace(" ", "") == text.replace(" ", "")


def differing(text, changed) -> list[int]:
    both = zip(text.split("\n"), changed.split("\n"), strict=True)
    return [number for number, (was, now) in enumerate(both, 1) if was != now]
