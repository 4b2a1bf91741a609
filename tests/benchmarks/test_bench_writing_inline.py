"""Tests inside of a C source file: additions there count as tests, and the source beside them stays."""

from __future__ import annotations

import pytest
from writing_bench import score, trial

SIGN = r"""#include <stdio.h>

int sum(int a, int b) {
    return a + b;
}

int sign(int a) {
    if (a < 0)
        return -1;
    return a > 0;
}

#ifdef UNIT_TEST
static int count;

static void check(const char *name, int good) {
    printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
}

int main(void) {
    check("sum", sum(1, 2) == 3);
    /* more */
    printf("1..%d\n", count);
    return 0;
}
#endif
"""

COMMANDS = {
    "test": "mkdir -p .out\ngcc -DUNIT_TEST -o .out/tests sign.c\n.out/tests | tee .out/tests.tap",
    "report": {"format": "tap", "path": ".out/tests.tap"},
    "coverage": "mkdir -p .out\ngcc -DUNIT_TEST -O0 -g --coverage -o .out/measured sign.c\n"
    "code=0\n.out/measured || code=$?\n"
    "gcov --json-format --branch-probabilities --stdout .out/measured-sign.gcda > .out/coverage.json\n"
    "exit $code",
    "coverage_report": {"format": "gcov-json", "path": ".out/coverage.json"},
}

ADD = r"""sed -i 's|/\* more \*/|check("minus", sign(-2) == -1); check("plus", sign(2) == 1);|' sign.c"""
CALL = ADD.replace("sign(-2) == -1", "sign(-2) \\|\\| 1").replace("sign(2) == 1", "sign(2) \\|\\| 1")
MORE = "printf '#ifdef UNIT_TEST\\nint more;\\n#endif\\n' >> sign.c"


@pytest.fixture(scope="module")
def inline(shared):
    """One run on a C file whose tests stand in it."""
    bench = shared()
    bench.file("sign.c", SIGN)
    bench.platform.update(
        language="c", tools={"commands": [{"run": ["gcc", "--version"]}]}, commands=COMMANDS
    )
    bench.platform["paths"] = {
        "source": ["*.c"],
        "ignore": [".out/"],
        "inline_tests": {"begin": "^#ifdef UNIT_TEST", "end": "^#endif"},
    }
    bench.project["writing"] = {"files": [{"id": "sign", "source": "sign.c", "test": "sign.c"}]}
    bench.spec["writable"] = ["${case.test}"]
    bench.spec["graders"].insert(0, {"use": "mutation", "with": {"mutants": 4, "wall": 20}})
    bench.spec["passing"] = ["patch", "tests", "coverage-gain", "mutation"]
    bench.agent("adds", ADD, MORE)
    bench.agent("calls", CALL)
    bench.agent("both", ADD, "sed -i 's/return a > 0/return 0 < a/' sign.c")
    return bench.run("--jobs", "2")


pytestmark = pytest.mark.needs_gcc


def test_added_inline_tests_are_measured(inline) -> None:
    assert trial(inline, "adds").outcome == "passed", trial(inline, "adds").reason
    assert score(inline, "adds", "tests").figures["added"] == 2
    figures = score(inline, "adds", "coverage-gain").figures
    assert (figures["gain"], figures["missed"], figures["import_gain"]) == (4, 4, 0)
    assert score(inline, "adds", "diff-size").figures == {
        "files": 1,
        "added": 4,
        "deleted": 1,
        "test_lines": 5,
        "source_lines": 0,
        "other_lines": 0,
    }


def test_inline_tests_that_check_nothing_let_faults_live(inline) -> None:
    assert score(inline, "calls", "coverage-gain").figures["gain"] == 4
    assert score(inline, "calls", "mutation").figures["killed"] == 0
    assert score(inline, "adds", "mutation").status == "passed"


def test_source_beside_them_is_refused(inline) -> None:
    assert score(inline, "both", "patch").evidence == ("the agent touched sign.c, which is source",)
    assert score(inline, "both", "tests").figures["added"] == 0
