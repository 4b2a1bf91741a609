"""What is found by reading agrees with what coverage tools see of a file that is only loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.bodies import function_bodies
from specrun.measure.coverage import read_coverage

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"


def inside(text, language) -> set[int]:
    return {line for body in function_bodies(text, language) for line in range(body.start, body.end + 1)}


SHAPES = '''
import functools


@functools.lru_cache(
    maxsize=2 + 2,
)
def outer(
    a=len("abc"),
):
    """Doc."""
    @functools.wraps(len)
    def inner(): return 1

    class Local:
        x = 1
    return inner


class Shape:
    side = 1
    area = lambda self: 2

    async def later(self):
        return 3
    def short(self): return 4
    def wide(self): return [
        5,
    ]


if outer:
    try:
        def hidden(): pass; pass
    finally:
        x = 1
'''


def test_python_lines_that_importing_runs(project, run):
    modules = {"shapes.py": SHAPES, "crlf.py": SHAPES.replace("\n", "\r\n")}
    modules |= {
        path.name: path.read_text("utf-8") for path in PROJECTS.glob("slotbook/src/slotbook/interval.py")
    }
    folder = project({"all.py": "".join(f"import {name[:-3]}\n" for name in modules)})
    for name, text in modules.items():
        (folder / name).write_bytes(text.encode())
    assert run(folder, sys.executable, "-m", "coverage", "run", "all.py").returncode == 0
    run(folder, sys.executable, "-m", "coverage", "json", "-q", "-o", "coverage.json")
    report = read_coverage("coverage-json", (folder / "coverage.json").read_bytes(), str(folder))
    for name, text in modules.items():
        hits = report.files[name].lines
        assert {line for line, count in hits.items() if not count} == inside(text, "python") & set(hits), name


LOADED = """'use strict';
function one(a) {
  return a;
}
async function two(
  a,
  b,
) {
  return a;
}
const three = (a = {}) => {
  return `${() => { }}{`;
};
const four = a => {
  if (a) {
    for (;;) { }
  }
}
class Shape {
  area() {
    return 1;
  }
  get side() { return 2; }
wide() {
    return 1;
}
  static {
    this.x = 1;
  }
}
if (one) {
  one.x = 1;
}
function five() { return 1; }
exports.six = function () {
  return 1;
}; // }
Object.assign(exports, { seven() {
  return 1;
} });
"""


@pytest.mark.needs_node
def test_javascript_lines_that_loading_runs(project, run):
    modules = {"loaded.js": LOADED, "crlf.js": LOADED.replace("\n", "\r\n")}
    modules |= {
        f"{path.parts[-3]}/{path.name}": path.read_text("utf-8")
        for path in PROJECTS.glob("signpost/src/*.js")
    }
    modules |= {f"lib/{path.name}": path.read_text("utf-8") for path in PROJECTS.glob("dotvars/lib/*.js")}
    loading = "".join(f"import './{name}';\n" for name in modules)
    folder = project({**modules, "all.test.mjs": loading, "signpost/package.json": '{"type": "module"}'})
    (folder / "crlf.js").write_bytes(modules["crlf.js"].encode())
    done = run(folder, "node", "--test", "--experimental-test-coverage", "--test-reporter=lcov")
    report = read_coverage("lcov", done.stdout, str(folder))
    for name, text in modules.items():
        missed = {line for line, count in report.files[name].lines.items() if not count}
        # What V8 also sees in real files: arrow functions without braces, and fields of classes.
        assert (
            inside(text, "javascript") == missed if "/" not in name else inside(text, "javascript") <= missed
        )


SUM = r"""
#include <string.h>
#define OPEN add(x) {
struct point { int x, y; };
static struct point zero = (struct point){0, 0};
int (*table[2])(int);
static int half(int x) { return x / 2; }
int
add(int a /* ( */,
    int (*f)(int))
{
    struct point p = (struct point){1, 2};
    if (a) {
        a = f(a);
    }
    return p.x + zero.x;
}
"""


@pytest.mark.needs_gcc
def test_every_line_that_gcov_counts_is_in_a_function(project, run):
    sources = {path.name: path.read_text("utf-8") for path in PROJECTS.glob("csvscan/src/*.c")} | {
        "sum.c": SUM
    }
    include = str(PROJECTS / "csvscan" / "include")
    for name, text in sources.items():
        folder = project({name: text})
        assert run(folder, "gcc", "--coverage", "-O0", "-I", include, "-c", name).returncode == 0
        report = run(folder, "gcov", "--json-format", "--stdout", name.replace(".c", ".gcno")).stdout
        lines = set(read_coverage("gcov-json", report, str(folder)).files[name].lines)
        assert lines
        assert lines <= inside(text, "c"), name
        assert not inside(text, "c") & {
            n for n, line in enumerate(text.splitlines(), 1) if line.startswith("#")
        }


def test_functions_within_functions_have_their_own():
    bodies = function_bodies("def f():\n  def g():\n    a\n    b\n  c\n", "python")
    assert [(body.start, body.end) for body in bodies] == [(2, 5), (3, 4)]


@pytest.mark.parametrize("language", ["python", "javascript", "c"])
@given(text=st.text("f(){}[]`$/*\"'\\\n =>:;x#\r"))
def test_any_text(language, text):
    for body in function_bodies(text, language):
        assert 1 <= body.start <= body.end <= text.count("\n") + text.count("\r") + 1
