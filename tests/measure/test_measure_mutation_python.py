from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.measure.mutation import mutants

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
EVERY_LINE = frozenset(range(1, 10_000))


def changes(text: str, *lines: int) -> set[tuple[str, str]]:
    """The operator of each mutant, and the line after it."""
    found = mutants(text, "python", frozenset(lines) or EVERY_LINE)
    for mutant in found:
        check(text, mutant)
    return {(mutant.operator, mutant.after) for mutant in found}


def check(text, mutant) -> None:
    """What holds for every mutant: it compiles, it differs, and only its own line changes."""
    changed = mutant.text_in(text)
    compile(changed.removeprefix("\ufeff"), "a.py", "exec", dont_inherit=True)
    assert ast.dump(ast.parse(changed.removeprefix("\ufeff"))) != ast.dump(
        ast.parse(text.removeprefix("\ufeff"))
    )
    old, new = (part.removeprefix("\ufeff").encode().splitlines(keepends=True) for part in (text, changed))
    assert len(old) == len(new)
    assert [at for at, (was, now) in enumerate(zip(old, new, strict=True), 1) if was != now] == [mutant.line]
    assert old[mutant.line - 1].decode().strip() == mutant.before
    assert new[mutant.line - 1].decode().strip() == mutant.after


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a < b", {"boundary": ["a <= b"], "negation": ["a >= b"]}),
        ("a == b is not c", {"negation": ["a != b is not c", "a == b is c"]}),
        ("a in b", {"negation": ["a not in b"]}),
        ("a and b or c", {"logical": ["a or b or c", "a and b and c"]}),
        ("not a", {"negation": ["a"]}),
        ("-a", {"arithmetic": ["a"]}),
        ("(a) + (b)  # a * b", {"arithmetic": ["(a) - (b)  # a * b"]}),
        ("a // b ** c", {"arithmetic": ["a * b ** c", "a // b * c"]}),
        ("'a' + b, a % 'b', f'{a}' * 2, int | None", {"constant": [
            '"" + b, a % \'b\', f\'{a}\' * 2, int | None',
            "'a' + b, a % \"\", f'{a}' * 2, int | None",
            "'a' + b, a % 'b', f'{a}' * 3, int | None",
        ]}),
        ("f(0x0F, 1.5, True, '', b'x')", {
            "constant": [
                "f(16, 1.5, True, '', b'x')", "f(0x0F, 2.5, True, '', b'x')", "f(0x0F, 1.5, False, '', b'x')",
                "f(0x0F, 1.5, True, \"mutant\", b'x')", "f(0x0F, 1.5, True, '', b\"\")",
            ],
            "deletion": ["pass"],
        }),
        ("a if b else-c", {"negation": ["a if not (b) else-c"], "arithmetic": ["a if b else c"]}),
        ("a.b = c", {"deletion": ["pass"]}),
        ("a = b", {}),
        ("a += b", {"arithmetic": ["a -= b"], "deletion": ["pass"]}),
        ("raise E('text', a + b)", {"arithmetic": ["raise E('text', a - b)"], "deletion": ["pass"]}),
        ("assert a < 1, 'text'", {}),
        ("log.debug('text', 1)", {}),
        ("x: 'int' = a", {}),
        ("__all__ = ['a']", {}),
        ("from a import b", {}),
        ("'a text'", {}),
        ("if __name__ == '__main__': main(1)", {}),
        ("@cache(1)\ndef f(a: 'A' = 1) -> 'B': ...", {"constant": ["def f(a: 'A' = 2) -> 'B': ..."]}),
        ("def f():\n  'Doc.'\n  return(a)", {"return": ["return(None)"]}),
        ("for a in b:\n  continue", {"deletion": ["break"]}),
        ("match a:\n  case {'k': 1}: ...", {"constant": ["case {'k': 2}: ..."]}),
    ],
)  # fmt: skip
def test_what_becomes_of_a_line(line, expected):
    assert changes(f"{line}\n") == {
        (operator, after) for operator, lines in expected.items() for after in lines
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_are_right_whatever_stands_before_them(newline):
    text = newline.join(["\ufeffé = '日本' < x; y = 'é', a < b", "if é:", "\tz = '''", "é''' + c < d", ""])
    assert ("boundary", "é = '日本' < x; y = 'é', a <= b") in changes(text)
    assert ("boundary", "é''' + c <= d") in changes(text)


def test_a_statement_over_several_lines_runs_with_its_first():
    text = "f(\n    1,\n    a < b,\n)\ng(2)\n"
    assert changes(text, 1) == {("constant", "2,"), ("boundary", "a <= b,"), ("negation", "a >= b,")}
    assert changes(text, 2, 3, 4) == set()


@pytest.mark.parametrize(
    "text", ["", "a <", "a = '\0'", "x = " + "(" * 5000 + ")" * 5000, "a = [" + "1," * 2000 + "]"]
)
def test_text_without_mutants(text):
    assert mutants(text, "python", EVERY_LINE) == ()


@pytest.mark.parametrize("path", sorted(PROJECTS.rglob("*.py")), ids=lambda path: path.name)
def test_fixture_projects(path):
    changes(path.read_text(encoding="utf-8"))


LIBRARY = sorted(Path(ast.__file__).parent.glob("*.py"))


@given(path=st.sampled_from(LIBRARY), crlf=st.booleans(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_library_of_python(path, crlf, data):
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n" if crlf else "\n")
    found = mutants(text, "python", EVERY_LINE)
    for mutant in data.draw(st.lists(st.sampled_from(found), max_size=3)) if found else ():
        check(text, mutant)


NAMES = st.sampled_from(["a", "b.c", "d[0]", "f(x)", "1", "'é'", "None", "True", "''"])
SIGNS = ["<", ">=", "==", "is not", "not  in", "+", "-", "*", "//", "%", "**", "|", "and", "or", "@", "<<"]


def larger(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(SIGNS), inner).map(lambda parts: "({} {} {})".format(*parts)),
        st.tuples(inner, st.sampled_from(SIGNS), inner).map(lambda parts: "{}\\\n{} {}".format(*parts)),
        inner.map("not ({})".format),
        inner.map("-{}".format),
        st.tuples(inner, inner, inner).map(
            lambda parts: "({} if {} else{})".format(*parts[:2], " " + parts[2])
        ),
        inner.map("[x for x in y if {}]".format),
        inner.map("lambda x=1: {}".format).map("({})".format),
        inner.map("f(*{}, k=1)".format),
    )


STATEMENTS = [
    "return {}",
    "x = {}",
    "x.y = {}",
    "x += {}",
    "f({})",
    "if {}: pass",
    "while {}: break",
    "raise {}",
]


@given(
    st.lists(st.tuples(st.sampled_from(STATEMENTS), st.recursive(NAMES, larger, max_leaves=8)), min_size=1)
)
@settings(deadline=None)
def test_any_code(statements):
    text = "def f():\n" + "".join(f"\t{statement.format(value)}\n" for statement, value in statements)
    try:
        compile(text, "a.py", "exec", dont_inherit=True)
    except SyntaxError:
        return
    changes(text)
