from __future__ import annotations

import ast
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.canary import choose
from specrun.measure.coverage import read_coverage
from specrun.measure.reports import Coverage, FileCoverage, Function

CART = '''
"""A cart."""
import functools
from typing import Protocol


class Priced(Protocol):
    def price(self) -> int: ...


def one_line(x): return x


def documented(x):
    """Explain, over
    two lines."""
    return x + 1


def tabbed(x):
\treturn x


def only_documented():
    """Nothing else."""


class Cart:
    def __init__(self, items):
        self.items = items

    @property
    def total(self):
        @functools.lru_cache
        def tax(amount):
            return amount // 5
        return sum(self.items) + tax(100)

    async def later(
        self, default="\\d",
    ):
        if self.items:
            return 1
        return default

    def each(self): yield 1; yield 2

    def missed(self):
        return 0

    def __del__(self):
        self.items = None
'''.lstrip()  # fmt: skip

CART_TEST = """
import asyncio
from cart import Cart, documented, one_line, tabbed

def test_cart():
    cart = Cart([1, 2])
    assert documented(1) == 2 and one_line(1) == tabbed(1) == 1
    assert cart.total == 23 and list(cart.each()) == [1, 2]
    assert asyncio.run(cart.later()) == 1
"""

EXECUTED = {"documented", "tabbed", "Cart.__init__", "Cart.total", "Cart.total.tax", "Cart.later"}


@pytest.fixture
def python_project(project, run):
    folder = project({"cart.py": CART, "test_cart.py": CART_TEST})
    coverage = ("-m", "coverage", "run", "-m", "pytest", "-W", "ignore", "-p", "no:cacheprovider")
    result = run(folder, sys.executable, *coverage)
    assert result.returncode == 0, result.stdout
    run(folder, sys.executable, "-m", "coverage", "json", "-o", "coverage.json")
    return folder, read_coverage("coverage-json", (folder / "coverage.json").read_bytes(), str(folder))


def test_python_functions_that_ran_are_broken_and_the_tests_notice(python_project, run):
    folder, coverage = python_project
    canaries = choose(coverage, {"cart.py": CART}, "python", seed=1, count=99)
    assert {canary.function for canary in canaries} == EXECUTED
    for canary in canaries:
        (folder / "cart.py").write_text(canary.broken)
        result = run(folder, sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-W", "ignore")
        assert result.returncode == 1, canary.function
        (folder / "cart.py").write_text(canary.neutral)
        result = run(folder, sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-W", "ignore")
        assert result.returncode == 0, canary.function


def test_the_choice_is_the_same_every_time_and_turns_with_the_seed(python_project):
    _, coverage = python_project
    files = {"cart.py": CART}
    picks = {seed: choose(coverage, files, "python", seed) for seed in range(30)}
    assert all(len(pick) == 1 for pick in picks.values())
    assert picks[7] == choose(coverage, files, "python", 7)
    assert {pick[0].function for pick in picks.values()} == EXECUTED
    several = choose(coverage, files, "python", 7, count=3)
    assert several[0] == picks[7][0]
    assert len({canary.function for canary in several}) == 3


def test_code_elsewhere_does_not_change_the_choice(python_project):
    _, coverage = python_project
    shifted = {line + 1: hits for line, hits in coverage.files["cart.py"].lines.items()}
    before = choose(coverage, {"cart.py": CART}, "python", 3)[0]
    after = choose(Coverage({"cart.py": FileCoverage(shifted)}), {"cart.py": "# new\n" + CART}, "python", 3)[
        0
    ]
    assert (after.function, after.line) == (before.function, before.line + 1)


def everything_hit(text: str) -> Coverage:
    return Coverage({"a.py": FileCoverage(dict.fromkeys(range(1, text.count("\n") + 2), 1))})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "def f(): return 1\n",
        "def f(\n  a): return 1\n",
        "def f():\n    '''Doc.'''; return 1\n",
        "def f():\n    ...\n",
        "def f():\n    '''Doc.'''\n    pass\n",
        "def __del__():\n    return 1\n",
        "def f(:\n    return 1\n",
        "f = " + "(" * 5000 + ")" * 5000,
        "x = '" + "a" * 3000 + "'\ndef f():\n    return 1\n",
        "def f():\n    return '\0'\n",
    ],
)
def test_python_without_a_function_to_break(text):
    assert choose(everything_hit(text), {"a.py": text}, "python", 0) == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_python_line_ends(newline):
    text = newline.join(["def f():", '    """Doc."""', "    @g", "    def h(): pass", "    return 'é'", ""])
    (canary,) = choose(Coverage({"a.py": FileCoverage({5: 1})}), {"a.py": text}, "python", 0)
    body = ast.parse(canary.broken).body[0].body
    assert [type(node) for node in body] == [ast.Expr, ast.If, ast.FunctionDef, ast.Return]


def test_only_the_files_that_are_given_are_broken(python_project):
    _, coverage = python_project
    assert choose(coverage, {}, "python", 0) == ()
    assert choose(coverage, {"gone.py": CART}, "python", 0) == ()
    assert choose(coverage, {"cart.py": CART}, "python", 0, count=0) == ()


STATEMENT = re.compile(
    r"\n if \(\d+ \* \d+ % \d+ == \d+\) \{ (throw new Error\(\d+\)|return|__builtin_trap\(\)); \}"
)


SHOP = r"""'use strict';
// function add(a) {
function add(a, b = { x: ')' }) /* { */ { return a + (b.x.length ?? 0); }
const twice = (x) => {
  return `${[x].map((y) => { return `}${y * 2}`; })}{`;
};
const short = x => x + 1;
class Shape {
  constructor(width) { this.width = width; }
  get area() { return this.width / 2 / 1; }
  static make(width) {
    return new Shape(width);
  }
  async wait() { return /[/{"]/.test('{'); }
  *steps() { yield 1; }
}
const tools = { first(x) { return x; }, second: async function (x) { return x; }, 'k-y': y => { return y; } };
exports.plain = function () { return 1; };
function never() { return 0; }
Object.assign(exports, { add, twice, short, Shape, tools });
"""

SHOP_TEST = """
const test = require('node:test');
const assert = require('node:assert');
const shop = require('./shop.js');
test('all', async () => {
  assert.equal(shop.add(1, { x: 'abc' }), 4);
  assert.equal(shop.twice(2), '}4{');
  assert.equal(shop.short(2), 3);
  const shape = shop.Shape.make(4);
  assert.equal(shape.area, 2);
  assert.equal(await shape.wait(), true);
  assert.deepEqual([...shape.steps()], [1]);
  assert.equal(shop.tools.first(1) + await shop.tools.second(2) + shop.tools['k-y'](3), 6);
  assert.equal(shop.plain(), 1);
});
"""


@pytest.mark.needs_node
def test_javascript_functions_that_ran_are_broken_and_the_tests_notice(project, run):
    folder = project({"shop.js": SHOP, "shop.test.js": SHOP_TEST})
    report = run(folder, "node", "--test", "--experimental-test-coverage", "--test-reporter=lcov")
    assert report.returncode == 0, report.stdout
    coverage = read_coverage("lcov", report.stdout, str(folder))
    canaries = choose(coverage, {"shop.js": SHOP}, "javascript", seed=1, count=99)
    functions = {canary.function for canary in canaries}
    assert functions >= {"add", "twice", "Shape", "get area", "make", "wait", "steps", "first", "second"}
    assert not functions & {"short", "never"}
    for canary in canaries:
        (folder / "shop.js").write_text(canary.broken)
        assert run(folder, "node", "--check", "shop.js").returncode == 0, canary.function
        result = run(folder, "node", "--test", "--test-reporter=tap")
        assert result.returncode == 1, canary.function
        (folder / "shop.js").write_text(canary.neutral)
        assert run(folder, "node", "--test").returncode == 0, canary.function


SUM = r"""
#define OPEN add(x) {
/* int add(int a) { */
static int half(int x) { return x / 2; }
int
add(int a /* ( */,
    int (*f)(int))
{
    const char *brace = "}{(\"";
    return a + f('{' - '}' + 2) + (brace[0] == '}');
}
int twice(int x) { return add(x, half) + add(x, half); }
int never(void) { return 0; }
"""
MAIN = "int twice(int);\nint main(void) { return twice(1) == 4 ? 0 : 1; }\n"


@pytest.mark.needs_gcc
def test_c_functions_that_ran_are_broken_and_the_tests_notice(project, run):
    folder = project({"sum.c": SUM, "main.c": MAIN})
    build = ("gcc", "--coverage", "-O0", "sum.c", "main.c", "-o", "check")
    assert run(folder, *build).returncode == 0
    assert run(folder, "./check").returncode == 0
    report = run(folder, "gcov", "--json-format", "--stdout", "check-sum.gcda", "check-main.gcda").stdout
    coverage = read_coverage("gcov-json", report, str(folder))
    canaries = choose(coverage, {"sum.c": SUM}, "c", seed=1, count=99)
    assert {canary.function for canary in canaries} == {"add", "half", "twice"}
    for canary in canaries:
        (folder / "sum.c").write_text(canary.broken)
        compiled = run(folder, "gcc", "sum.c", "main.c", "-o", "check")
        assert compiled.returncode == 0, compiled.stderr
        assert run(folder, "./check").returncode < 0, canary.function
        (folder / "sum.c").write_text(canary.neutral)
        compiled = run(folder, "gcc", "-Wall", "-Werror", "sum.c", "main.c", "-o", "check")
        assert run(folder, "./check").returncode == 0, compiled.stderr


@pytest.mark.parametrize("language", ["javascript", "c"])
@pytest.mark.parametrize(
    "function",
    [
        Function("f", 1, None, 0),
        Function("", 1, None, 1),
        Function("g", 1, None, 1),
        Function("f", 2, None, 1),
        Function("f", 99, None, 1),
        Function("(anonymous)", 1, None, 1),
        Function("*+", 1, None, 1),
        Function("f.", 3, None, 1),
    ],
)
def test_functions_that_are_not_where_the_report_says(language, function):
    coverage = Coverage({"a": FileCoverage({1: 1}, (function,))})
    assert choose(coverage, {"a": "int f(x) /* { */ ;\nf(\nif (x) { }\n"}, language, 0) == ()


@pytest.mark.parametrize("language", ["javascript", "c"])
@given(text=st.text("f(){}`$/*\"'\\\n =>[]#;x"), line=st.integers(1, 5))
def test_any_text_with_braces_keeps_all_it_had(language, text, line):
    coverage = Coverage({"a": FileCoverage({}, (Function("f", line, None, 1), Function("x", line, None, 1)))})
    for canary in choose(coverage, {"a": text}, language, 0, count=9):
        for changed in (canary.broken, canary.neutral):
            assert STATEMENT.sub("", changed, count=1) == text


@given(seed=st.integers(0, 10_000))
def test_a_canary_and_its_twin_differ_in_one_number_only(seed):
    text = "def f():\n    return 1\n"
    (canary,) = choose(everything_hit(text), {"a.py": text}, "python", seed)
    conditions = []
    for changed in (canary.broken, canary.neutral):
        condition = ast.parse(changed).body[0].body[0].test
        conditions.append(eval(ast.unparse(condition)))
        assert re.sub(r"== \d+", "==", changed) == re.sub(r"== \d+", "==", canary.broken)
    assert conditions == [True, False]
