"""What an answer and its commands leave is evidence against the agent, never the machine's failure."""

from __future__ import annotations

import asyncio

import pytest

from specrun.graders import coverage, detection, replay, test_count
from specrun.graders.answer import read_answer
from specrun.graders.base import NoOptions
from specrun.graders.source_lines import delivered_text
from specrun.measure.reports import TestResult, TestRun
from specrun.spec.models.project import Truth

TRUTH = Truth(tests_present=True, frameworks=("pytest",), expected_tests=4, covered_lines=4)


def score(grader, given, options=None):
    return asyncio.run(grader.grade(given, options or NoOptions()))


def setup(path: str):
    return read_answer(
        f"detect: {{tests_present: true}}\nsetup: {{report: {{format: tap, path: {path}}}}}".encode()
    )


@pytest.mark.parametrize(
    "path",
    [
        "'.'",
        "./",
        "./r.tap",
        "a/",
        "''",
        "a//b",
        "a/./b",
        "..",
        "a/../b",
        "/a",
        '"a\\tb"',
        '"a\\n"',
        "x" * 256,
    ],
)
def test_a_report_that_is_no_file_of_the_project_is_refused(path):
    answer = setup(path)
    assert answer.setup is None
    assert len(answer.problems) == 1


@pytest.mark.parametrize("path", ["r.tap", ".report/r.tap", "a/b c/...", "..r", "x" * 255])
def test_any_other_file_may_be_the_report(path):
    assert setup(path).problems == ()


@pytest.mark.parametrize(("letter", "most"), [("x", 65_536), ("\N{GRINNING FACE}", 16_384)])
def test_scripts_are_limited_in_bytes(letter, most):
    def read(length):
        return read_answer(
            f"detect: {{tests_present: true}}\nsetup: {{test_command: '{letter * length}'}}".encode()
        )

    assert read(most).problems == ()
    assert read(most + 1).problems == ("section 'setup': larger than 65536 bytes: test_command",)


@pytest.mark.parametrize(
    "answer",
    [
        "{" + ", ".join(f"s{number}: 1" for number in range(20_000)) + "}",
        "{detect: {tests_present: true, " + "x" * 900 + ": 1}}",
    ],
)
def test_problems_of_an_answer_stay_short(graded, answer):
    given = graded(TRUTH, answer=answer.encode())
    found = score(replay, given)
    assert found.status == "failed"
    assert len(found.evidence) <= 20
    assert max(map(len, found.evidence)) <= 300


def test_names_that_are_not_used_are_listed_briefly(graded):
    names = ", ".join(f"f{number:05}" for number in range(900))
    answer = f"detect: {{tests_present: true, frameworks: [pytest, {names}]}}\nsetup: {{}}\n".encode()
    found = score(detection, graded(TRUTH, answer=answer))
    assert found.evidence == ("not used: f00000, f00001, f00002, f00003, f00004 and 895 more",)


def test_more_tests_than_there_are_do_not_reach_the_figure(graded, replayed):
    tests = TestRun(tuple(TestResult(f"t{number}", "passed") for number in range(1_000)))
    found = score(test_count, graded(TRUTH, replay=replayed(tests)), test_count.Options())
    assert found.evidence == ("1000 of 4 tests ran",)
    assert found.figures == {"tests_run": 4, "tests_expected": 4}


def test_more_lines_than_can_be_covered_do_not_reach_the_figure(graded, replayed):
    given = graded(TRUTH, replay=replayed(None, lines=dict.fromkeys(range(1, 7), 1)))
    found = score(coverage, given, coverage.Options())
    assert found.evidence == ("6 lines covered, the truth is 4",)
    assert (found.figures["covered_lines"], found.figures["truth_lines"]) == (4, 4)


@pytest.mark.parametrize("path", ["x" * 300, "x/" * 3_000, "a\0b", "m.py/x", "\ud800", "../m.py", "none.py"])
def test_a_file_that_was_not_delivered_has_no_text(graded, path):
    assert delivered_text(graded(TRUTH).tree, path) is None
    assert delivered_text(graded(TRUTH).tree, "m.py").startswith("def f()")
