"""How many branches of a line were taken, in every format that tells."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.coverage import read_coverage
from specrun.measure.coverage.tally import HITS_LIMIT, FileTally
from specrun.measure.reports import FileCoverage, ReportError

GRADE = """\
def grade(points):
    if points > 5:
        return "good"
    for _ in range(points):
        points += 1
    while True:
        if points:
            return "bad" if points < 3 else "fair"
        points = 1
"""

GRADE_TEST = "from grade import grade\n\n\ndef test_grade():\n    assert grade(1) == 'bad'\n"

PYTHON_BRANCHES = {2: (1, 2), 4: (2, 2), 7: (1, 2)}
"""grade(1): not over 5; into the loop and out of it; into the return. A choice inside a line does not count,
and `while True` has one way to go."""


@pytest.mark.parametrize(
    ("command", "format_"), [("json", "coverage-json"), ("xml", "cobertura"), ("lcov", "lcov")]
)
def test_all_formats_of_coverage_py_say_the_same(project, run, command, format_):
    folder = project({"grade.py": GRADE, "test_grade.py": GRADE_TEST})
    python = (sys.executable, "-m", "coverage")
    assert run(folder, *python, "run", "--branch", "-m", "pytest", "-p", "no:cacheprovider").returncode == 0
    assert run(folder, *python, command, "-o", "report").returncode == 0
    coverage = read_coverage(format_, (folder / "report").read_bytes(), str(folder))
    assert coverage.files["grade.py"].branches == PYTHON_BRANCHES
    assert coverage.files["test_grade.py"].branches == {}


C = """\
static int sign(int x) {
    if (x > 0 && x < 9) return 1;
    return x ? -1 : 0;
}
int main(void) { return sign(3) - 1; }
"""

CPP = """\
#include <string>
template <class T> int sign(T x) {
    return x > 0 ? 1 : -1;
}
int main() {
    return sign(1) + sign(-1.0) + (std::string("a") + "b" == "ab") - 1;
}
"""


def gcov(run, folder, compiler, source):
    assert run(folder, compiler, "--coverage", "-O0", "-c", source, "-o", "main.o").returncode == 0
    assert run(folder, compiler, "--coverage", "main.o", "-o", "check").returncode == 0
    assert run(folder, "./check").returncode == 0
    flags = ("--json-format", "--branch-probabilities", "--stdout")
    return run(folder, "gcov", *flags, "main.gcda").stdout


@pytest.mark.needs_gcc
def test_gcov(project, run):
    folder = project({"main.c": C})
    report = gcov(run, folder, "gcc", "main.c")
    # Line 2 has two conditions, each with two ways to go: true and true. Line 3 is never reached.
    branches = {2: (2, 4), 3: (0, 2)}
    assert read_coverage("gcov-json", report, str(folder)).files["main.c"].branches == branches


@pytest.mark.needs_gcc
def test_gcov_of_templates_and_exceptions(project, run):
    folder = project({"main.cpp": CPP})
    if run(folder, "g++", "--version").returncode != 0:
        pytest.skip("g++ does not run")
    report = gcov(run, folder, "g++", "main.cpp")
    assert b'"throw": true' in report
    branches = read_coverage("gcov-json", report, str(folder)).files["main.cpp"].branches
    # One instance of the template goes one way, the other one the other way: both branches were taken.
    assert branches[3] == (2, 2)
    # What is left of a call that may throw is its normal way on, and it was gone.
    assert branches[6][0] == branches[6][1]


CALLS = {
    "f.js": "module.exports = (x) => {\n  if (x > 0) { return 1; }\n  return 2;\n};\n",
    "f.test.js": "const test = require('node:test');\ntest('one', () => { require('./f.js')(1); });\n",
}


@pytest.mark.needs_node
def test_node(project, run):
    folder = project(CALLS)
    report = run(folder, "node", "--test", "--experimental-test-coverage", "--test-reporter=lcov").stdout
    branches = read_coverage("lcov", report, str(folder)).files["f.js"].branches
    # Node names a branch where the count changes: here the rest after the return, which is never reached.
    assert sum(there - taken for taken, there in branches.values()) == 1
    assert sum(taken for taken, _ in branches.values()) > 0


def lcov(*records: str) -> FileCoverage:
    text = "\n".join(["SF:a.c", *records, "end_of_record"])
    return read_coverage("lcov", text.encode(), "/build").files["a.c"]


def test_records_of_lcov():
    file = lcov(
        "DA:4,1",
        "BRDA:4,0,0,-",
        "BRDA:4,0,1,7",
        "BRDA:4,1,0,0",
        "BRDA:4,e2,0,1",  # an exception
        "BRDA:6,0,f(a, b) == 1,1",  # the name of a branch has a comma
        "BRDA:6,0,0,-3",  # an old gcov's counter ran over
    )
    assert file.branches == {4: (1, 3), 6: (1, 2)}


def test_a_named_branch_that_is_reported_twice_was_taken_once():
    assert lcov("BRDA:4,0,0,1", "BRDA:4,0,1,0", "BRDA:4,0,0,0", "BRDA:4,0,1,2").branches == {4: (2, 2)}
    assert lcov("BRDA:4,0,0,1", "BRDA:4,0,1,0", "BRDA:4,0,0,3").branches == {4: (1, 2)}


def cobertura(*conditions: str) -> FileCoverage:
    lines = "".join(f'<line number="4" hits="1" condition-coverage="{text}"/>' for text in conditions)
    classes = f'<classes><class filename="a.c"><lines>{lines}</lines></class></classes>'
    report = f"<coverage><packages><package>{classes}</package></packages></coverage>"
    return read_coverage("cobertura", report.encode(), "/build").files["a.c"]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["50% (1/2)"], {4: (1, 2)}),
        (["33.33% (1/3)"], {4: (1, 3)}),
        # Which branches were meant is not told, so that both may mean the same one.
        (["50% (1/2)", "50% (1/2)"], {4: (1, 2)}),
        (["0% (0/4)", "100% (2/2)"], {4: (2, 4)}),
        (["250% (5/2)"], {4: (2, 2)}),
        (["100% (0/0)"], {}),
        (["50%"], {}),
        (["", "many"], {}),
    ],
)
def test_conditions_of_cobertura(conditions, expected):
    assert cobertura(*conditions).branches == expected


@pytest.mark.parametrize(
    ("format_", "report", "reason"),
    [
        ("lcov", "SF:a.c\nBRDA:0,0,0,1\nend_of_record\n", "line 2: it has a line number outside"),
        ("lcov", "SF:a.c\nBRDA:4\nend_of_record\n", "line 2: expected a number, got ''"),
        ("lcov", "SF:a.c\nBRDA:4,0,0,x\nend_of_record\n", "line 2: expected a number, got 'x'"),
        ("jacoco", "<line nr='1' ci='1' mb='x'/>", "expected a number, got 'x'"),
        ("coverage-json", {"executed_branches": [[0, 1]]}, "line number outside"),
        ("coverage-json", {"missing_branches": [[1, 2, 3]]}, "another shape"),
        ("gcov-json", {"branches": [{"count": "many"}]}, "another shape"),
    ],
)
def test_errors(format_, report, reason):
    match format_:
        case "jacoco":
            report = f"<report><package><sourcefile name='A'>{report}</sourcefile></package></report>"
        case "coverage-json":
            report = json.dumps({"files": {"a.py": {"executed_lines": [], "missing_lines": [], **report}}})
        case "gcov-json":
            report = json.dumps(
                {"files": [{"file": "a.c", "lines": [{"line_number": 1, "count": 1, **report}]}]}
            )
    with pytest.raises(ReportError, match=reason):
        read_coverage(format_, report.encode(), "/build")


def test_branches_of_a_report_are_bounded():
    spent: list[int] = []
    file = FileTally(spent.append)
    for name in range(10):
        file.branch(1, name, taken=True)
        file.branches(2, name, 10)
    assert sum(spent) == 20
    file.branches(3, 2**80, 2**90)
    assert file.coverage().branches == {1: (10, 10), 2: (9, 10), 3: (HITS_LIMIT, HITS_LIMIT)}


ARMS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3), st.integers(0, 2)), min_size=1)


@given(ARMS)
def test_branches_are_counted_line_by_line(arms):
    file = lcov(*(f"BRDA:{line},0,{name},{taken}" for line, name, taken in arms))
    for line in {line for line, _, _ in arms}:
        there = {name for at, name, _ in arms if at == line}
        taken = {name for at, name, count in arms if at == line and count}
        assert file.branches[line] == (len(taken), len(there))
    assert list(file.branches) == sorted(file.branches)
