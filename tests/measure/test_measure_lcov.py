from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.coverage import read_coverage
from specrun.measure.reports import Function, ReportError

CART = """
function add(a, b) {
  return a + b;
}

const twice = (x) => {
  return x * 2;
};

function never() {
  return 0;
}

module.exports = { add, twice, never };
"""

CART_TEST = """
const test = require('node:test');
const { add, twice } = require('./cart.js');
test('adds', () => { if (add(1, 2) !== 3 || twice(2) !== 4) throw new Error('wrong'); });
"""


@pytest.mark.needs_node
def test_node_report(project, run):
    folder = project({"cart.js": CART, "cart.test.js": CART_TEST})
    report = run(folder, "node", "--test", "--experimental-test-coverage", "--test-reporter=lcov").stdout
    cart = read_coverage("lcov", report, str(folder)).files["cart.js"]
    assert [(function.name, function.start, function.hits) for function in cart.functions] == [
        ("add", 2, 1),
        ("twice", 6, 1),
        ("never", 10, 0),
    ]
    assert {3, 7} <= cart.covered
    assert cart.lines[11] == 0


def test_merged_report(data):
    files = read_coverage("lcov", data("merged.info"), "/build/shop").files
    assert list(files) == ["src/a.c", "src/b.c", "src/nothing.c"]
    assert files["src/a.c"].lines == {3: 2, 4: 9, 9: 0}
    assert files["src/a.c"].functions == (Function("add", 3, 6, 5), Function("f(int, int)", 9, None, 0))
    assert files["src/b.c"].functions == (
        Function("alias of one", 2, 4, 1),
        Function("one", 2, 4, 7),
        Function("same", 10, None, 1),
        Function("same", 20, None, 0),
        Function("uncounted", 30, None, 0),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("DA:1,1\n", "no SF records"),
        ("SF:a.c\nDA:1,1\n", "cut off"),
        ("SF:a.c\nSF:b.c\nend_of_record\n", "line 2: SF inside"),
        ("SF:a.c\nDA:one,1\nend_of_record\n", "line 2: expected a number, got 'one'"),
        ("SF:a.c\nDA:1\nend_of_record\n", "line 2: expected a number, got ''"),
        ("SF:a.c\nDA:1," + "9" * 5000 + "\nend_of_record\n", r"line 2: expected a number, got '9{57}\.\.\.'"),
        ("SF:a.c\nDA:2000000,1\nend_of_record\n", "line 2: it has a line number outside"),
        ("SF:a.c\nFNA:0,1,f\nend_of_record\n", "line 2: it has an FNA without its FNL"),
        ("SF:a.c\nFN:x,f\nend_of_record\n", "line 2: expected a number"),
    ],
)
def test_errors(text, reason):
    with pytest.raises(ReportError, match=reason):
        read_coverage("lcov", text.encode(), "/build")


reports = st.dictionaries(
    st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3}){0,2}\.c", fullmatch=True),
    st.dictionaries(st.integers(1, 99), st.integers(0, 5)),
    min_size=1,
)


def section(path, lines):
    return "\n".join([f"SF:{path}", *(f"DA:{line},{hits}" for line, hits in lines.items()), "end_of_record"])


@given(reports)
def test_round_trip(files):
    text = "\n".join(section(path, lines) for path, lines in files.items())
    coverage = read_coverage("lcov", text.encode(), "/build")
    assert {path: file.lines for path, file in coverage.files.items()} == files


@given(reports)
def test_a_report_twice_says_the_same(files):
    text = "\n".join(section(path, lines) for path, lines in files.items())
    once = read_coverage("lcov", text.encode(), "/build")
    assert read_coverage("lcov", f"{text}\n{text}\n".encode(), "/build") == once
