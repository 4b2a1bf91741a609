from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.mutation import mutants

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
EVERY_LINE = frozenset(range(1, 1000))


def changes(text: str, language) -> set[tuple[str, str]]:
    found = mutants(text, language, EVERY_LINE)
    for mutant in found:
        check(text, mutant)
    return {(mutant.operator, mutant.after) for mutant in found}


def check(text, mutant) -> None:
    """What holds for every mutant: it differs, and only its own line changes."""
    old, new = text.split("\n"), mutant.text_in(text).split("\n")
    assert [at for at, (was, now) in enumerate(zip(old, new, strict=True), 1) if was != now] == [mutant.line]
    assert (old[mutant.line - 1].strip(), new[mutant.line - 1].strip()) == (mutant.before, mutant.after)


BOTH = [
    ("x = a < b;", {("boundary", "x = a <= b;"), ("negation", "x = a >= b;")}),
    ("x = a && b;", {("logical", "x = a || b;")}),
    ("if (a) {}", {("negation", "if (!(a)) {}")}),
    ("if (!a) {}", {("negation", "if (a) {}")}),
    ("if (a == b) {}", {("negation", "if (a != b) {}")}),
    ("x = a - f(-b);", {("arithmetic", "x = a + f(-b);")}),
    ("x = 'a' - b + \"c\";", set()),
    ("i++;", {("arithmetic", "i--;")}),
    ("a.b = c;", {("deletion", ";")}),
    ("a = c;", set()),
    ("f(a)(b);", {("deletion", ";")}),
    ("x = 0x1F + 1.5;", {
        ("arithmetic", "x = 0x1F - 1.5;"), ("constant", "x = 32 + 1.5;"), ("constant", "x = 0x1F + 2.5;")
    }),
    ("for (;;) { continue; }", {("deletion", "for (;;) { break; }")}),
    ("x = 010; // a < b", set()),
    ("return 7;", {("constant", "return 8;")}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), BOTH)
@pytest.mark.parametrize("language", ["javascript", "c"])
def test_lines_of_both(language, line, expected):
    assert changes(f"void f(x) {{\n  {line}\n}}\n", language) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a + b;", {("arithmetic", "return a - b;"), ("return", "return undefined;")}),
        ("return undefined;", set()),
        ("x = a === b * c;", {("negation", "x = a !== b * c;"), ("arithmetic", "x = a === b / c;")}),
        ("x = a ?? b;", set()),
        ("x = /a<b/.test(`${a < b}`);", set()),
        ("delete a[b];", {("deletion", ";")}),
        ("this.#a.b(c);", {("deletion", ";")}),
        ("super(a);", set()),
        ("throw new E(a);", {("deletion", ";")}),
        ("x = { true: a.false, b: true };", {("constant", "x = { true: a.false, b: false };")}),
        ("*g() { yield *a; }", set()),
    ],
)
def test_javascript_lines(line, expected):
    assert changes(f"function f(x) {{\n  {line}\n}}\n", "javascript") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a->b;", {("return", "return 0;")}),
        ("return FAILED;", set()),
        ("return *a * -b;", {("return", "return 0;")}),
        ("char a[16]; char *b[8];", set()),
        ("switch (a) { case 1: ; }", set()),
        ("a->b = x[2];", {("deletion", ";"), ("constant", "a->b = x[3];")}),
        ("free(a); buffer_free(a);", set()),
        ("#define A (1 < 2)", set()),
    ],
)
def test_c_lines(line, expected):
    assert changes(f"int f(int x) {{\n  {line}\n}}\nint table[9] = {{1 < 2}};\n", "c") == expected


@pytest.mark.needs_gcc
def test_nearly_every_mutant_of_a_c_project_compiles(tmp_path, run):
    sources = PROJECTS / "csvscan"
    for path in sorted(sources.glob("src/*.c")):
        text = path.read_text(encoding="utf-8")
        for number, mutant in enumerate(mutants(text, "c", EVERY_LINE)):
            check(text, mutant)
            (tmp_path / f"{path.stem}{number}.c").write_text(mutant.text_in(text), encoding="utf-8")
    files = sorted(file.name for file in tmp_path.glob("*.c"))
    assert len(files) > 100
    arguments = ("gcc", "-std=c99", "-fsyntax-only", "-I", str(sources / "include"))
    said = run(tmp_path, *arguments, *files, "missing.c").stderr.decode()
    assert "missing.c" in said  # gcc goes on after the first error
    invalid = set(re.findall(r"^(\w+\.c):.* error:", said, re.MULTILINE))
    assert len(invalid) <= 0.05 * len(files), invalid


@pytest.mark.needs_node
def test_nearly_every_mutant_of_a_javascript_project_is_valid(project, run):
    scripts = [
        *PROJECTS.glob("signpost/src/*.js"),
        *PROJECTS.glob("dotvars/lib/*.js"),
        *PROJECTS.glob("dotvars/bin/*.js"),
    ]
    files = {}
    for path in sorted(scripts):
        text = path.read_text(encoding="utf-8")
        for number, mutant in enumerate(mutants(text, "javascript", EVERY_LINE)):
            check(text, mutant)
            files[f"{path.stem}{number}.{'mjs' if 'export ' in text else 'cjs'}"] = mutant.text_in(text)
    folder = project(files | {"check.cjs": CHECK})
    assert len(files) > 80
    invalid = run(folder, "node", "--experimental-vm-modules", "--no-warnings", "check.cjs").stdout.split()
    assert len(invalid) <= 0.05 * len(files), invalid


# One process parses them all: starting Node for each would take most of a minute.
CHECK = """
const fs = require('node:fs');
const vm = require('node:vm');
for (const name of fs.readdirSync('.')) {
  const text = fs.readFileSync(name, 'utf8');
  try {
    if (name.endsWith('.mjs')) new vm.SourceTextModule(text);
    else vm.compileFunction(text.replace(/^#!.*/, ''));
  } catch (error) {
    console.log(name);
  }
}
"""


@pytest.mark.parametrize("language", ["javascript", "c"])
@given(text=st.text("f(){}[]`$/*\"'\\\n =>;x1!&|+-.,?:#return"))
def test_any_text(language, text):
    changes(text, language)
