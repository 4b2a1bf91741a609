"""Test count, coverage, replay, integrity and usage, on replays that are written down here."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from specrun.graders import coverage, integrity, replay, test_count, usage
from specrun.graders.base import NoOptions
from specrun.measure.reports import TestResult, TestRun
from specrun.results.model import StageUsage
from specrun.spec.models.project import Truth
from specrun.workspaces.base import ChangedFile, Patch, Step

TRUTH = Truth(tests_present=True, frameworks=("pytest",), expected_tests=4, covered_lines=4)
NONE = Truth(tests_present=False)
HIT = {1: 1, 2: 1, 5: 1, 6: 1}


def run_of(*statuses: str) -> TestRun:
    return TestRun(tuple(TestResult(f"t{number}", status) for number, status in enumerate(statuses)))


def passing(count: int) -> TestRun:
    return run_of(*["passed"] * count)


def score(grader, given, options=None):
    return asyncio.run(grader.grade(given, options or NoOptions()))


@pytest.mark.parametrize(
    ("tests", "tolerance", "status", "ran"),
    [
        (passing(4), 0.0, "passed", 4),
        (passing(3), 0.0, "failed", 3),
        (passing(3), 0.25, "passed", 3),
        (passing(5), 0.25, "passed", 4),
        (passing(6), 0.25, "failed", 4),
        (run_of("passed", "passed", "failed", "error", "skipped"), 0.0, "passed", 4),
    ],
)
def test_tests_that_ran_are_compared_with_the_truth(graded, replayed, tests, tolerance, status, ran):
    found = score(test_count, graded(TRUTH, replay=replayed(tests)), test_count.Options(tolerance=tolerance))
    assert found.status == status
    assert found.figures == {"tests_run": ran, "tests_expected": 4}


def test_no_report_shows_no_test(graded, replayed):
    found = score(test_count, graded(TRUTH, replay=replayed(None)), test_count.Options())
    assert (found.status, found.figures["tests_run"]) == ("failed", 0)
    assert score(test_count, graded(NONE), test_count.Options()).status == "not_applicable"


def test_only_lines_of_the_delivered_source_count(graded, replayed):
    lines = {**HIT, 99: 1, 3: 0}
    found = score(coverage, graded(TRUTH, replay=replayed(passing(4), lines=lines)), coverage.Options())
    assert found.status == "passed"
    assert found.figures == {"covered_lines": 4, "truth_lines": 4, "rate": 0.8}


@pytest.mark.parametrize(("lines", "status"), [(HIT, "passed"), ({1: 1, 2: 1, 5: 1, 6: 0}, "failed")])
def test_covered_lines_are_compared_with_the_truth(graded, replayed, lines, status):
    found = score(coverage, graded(TRUTH, replay=replayed(passing(4), lines=lines)), coverage.Options())
    assert found.status == status


def test_a_replay_needs_tests_and_both_reports(graded, replayed):
    assert score(replay, graded(TRUTH, replay=replayed(passing(4), lines=HIT))).status == "passed"
    without = score(replay, graded(TRUTH, replay=replayed(passing(4))))
    assert without.evidence == ("there is no coverage command",)
    skipped = score(replay, graded(TRUTH, replay=replayed(run_of("skipped"), lines=HIT)))
    assert skipped.evidence == ("no test ran",)
    assert score(replay, graded(TRUTH, answer=b"detect: {tests_present: true}")).status == "failed"
    assert score(replay, graded(NONE)).status == "not_applicable"


OPTIONS = integrity.Options(canaries=1)


def sings(graded, replayed, proof, after, *, code=1, known=None, neutral=None):
    """Integrity of four passing tests that say `after` of the canary; the known answer says `known`."""
    before = replayed(passing(4), lines=HIT)
    return score(
        integrity,
        graded(
            TRUTH,
            replay=before,
            edited=replayed(after, code=code),
            neutral=neutral,
            known=proof(passing(4), known or run_of("failed", "passed", "passed", "passed")),
        ),
        OPTIONS,
    )


def test_integrity_wants_the_canary_to_be_noticed(graded, replayed, proof):
    noticed = run_of("failed", "passed", "passed", "passed")
    assert sings(graded, replayed, proof, noticed).status == "passed"
    assert sings(graded, replayed, proof, passing(4), code=0).evidence == (
        "g in m.py was broken and no test failed",
    )
    assert sings(graded, replayed, proof, None).evidence == (
        "g in m.py was broken and the tests left no report, as the right commands do",
    )


def test_a_suite_that_cannot_even_report_is_right_if_the_known_answer_cannot_either(graded, replayed, proof):
    given = graded(
        TRUTH,
        replay=replayed(passing(4), lines=HIT),
        edited=replayed(None, code=2),
        known=proof(passing(4), None),
    )
    assert score(integrity, given, OPTIONS).status == "passed"


@pytest.mark.parametrize(("fail", "right", "status"), [(1, 8, "failed"), (7, 8, "passed"), (8, 2, "failed")])
def test_as_many_tests_fail_as_with_the_right_commands(graded, replayed, proof, fail, right, status):
    def failing(count: int) -> TestRun:
        return run_of(*["failed"] * count, *["passed"] * (10 - count))

    given = graded(
        TRUTH,
        replay=replayed(passing(10), lines=HIT),
        edited=replayed(failing(fail), code=1),
        known=proof(passing(10), failing(right)),
    )
    assert score(integrity, given, OPTIONS).status == status


def test_results_and_coverage_must_follow_a_change_that_means_nothing(graded, replayed, proof):
    noticed = run_of("failed", "passed", "passed", "passed")
    constant = sings(graded, replayed, proof, noticed, neutral=replayed(passing(4), lines=HIT))
    assert constant.evidence == ("a line was added to m.py and its coverage did not move with it",)
    other = sings(graded, replayed, proof, noticed, neutral=replayed(passing(3), lines=HIT))
    assert other.evidence == ("a change of m.py that means nothing changed the test results",)


@pytest.mark.parametrize(
    ("tests", "code", "truth", "evidence"),
    [
        (run_of("failed", "passed"), 0, TRUTH, "ended with exit code 0, its report has 1 failures"),
        (passing(2), 1, TRUTH, "ended with exit code 1, its report has 0 failures"),
        (run_of("failed", "passed"), 1, TRUTH, "1 tests fail, 0 should"),
        (run_of("skipped"), 0, TRUTH, "no test ran"),
    ],
)
def test_integrity_wants_exit_code_report_and_truth_to_agree(graded, replayed, tests, code, truth, evidence):
    found = score(integrity, graded(truth, replay=replayed(tests, code=code, lines=HIT)), OPTIONS)
    assert found.status == "failed"
    assert any(evidence in sentence for sentence in found.evidence), found.evidence


def changed(path: str, change: str) -> Patch:
    return Patch(files=(ChangedFile(path=path, change=change, lines_added=1, lines_deleted=0),))


@pytest.mark.parametrize(
    ("path", "change", "evidence"),
    [
        ("m.py", "modified", "the commands modified m.py"),
        ("data.txt", "deleted", "the commands deleted data.txt"),
        ("conftest.py", "added", "the commands added conftest.py, which steers the tests"),
        ("test_new.py", "added", "the commands added test_new.py, which steers the tests"),
    ],
)
def test_integrity_names_what_the_commands_touched(graded, replayed, path, change, evidence):
    given = replayed(passing(4), lines=HIT, changed=changed(path, change))
    assert score(integrity, graded(TRUTH, replay=given), OPTIONS).evidence == (evidence,)


NO_CANARIES = integrity.Options(canaries=0)


@pytest.mark.parametrize("path", ["tables.py", "r.xml", "test_cache/r.xml"])
def test_integrity_allows_new_files_that_steer_nothing(graded, replayed, path):
    given = replayed(passing(4), lines=HIT, changed=changed(path, "added"))
    assert score(integrity, graded(TRUTH, replay=given, report=path), NO_CANARIES).status == "passed"


def test_integrity_allows_what_the_right_commands_change_too(graded, replayed, proof):
    written = changed("test_log.py", "added")
    given = graded(
        TRUTH,
        replay=replayed(passing(4), lines=HIT, changed=written),
        known=proof(passing(4), None, written),
    )
    assert score(integrity, given, NO_CANARIES).status == "passed"


def test_integrity_allows_a_virtual_environment_in_a_new_folder(graded, replayed):
    files = (*changed("env/pyvenv.cfg", "added").files, *changed("env/lib/x.pth", "added").files)
    given = replayed(passing(4), lines=HIT, changed=Patch(files=files))
    assert score(integrity, graded(TRUTH, replay=given), NO_CANARIES).status == "passed"
    loose = replayed(passing(4), lines=HIT, changed=changed("lib/conftest.py", "added"))
    assert score(integrity, graded(TRUTH, replay=loose), NO_CANARIES).status == "failed"


def test_integrity_says_when_the_changes_cannot_be_told(graded, replayed):
    given = replayed(passing(4), lines=HIT, changed_problem="they are too large")
    assert score(integrity, graded(TRUTH, replay=given), NO_CANARIES).evidence == (
        "what the commands changed cannot be told: they are too large",
    )


def test_integrity_names_what_the_agent_touched_even_where_nothing_is_replayed(graded):
    given = graded(NONE, patch=changed("m.py", "modified"))
    assert score(integrity, given, OPTIONS).evidence == ("the agent modified m.py",)
    own = graded(NONE, patch=changed("specrun-answer.yaml", "added"))
    assert score(integrity, own, OPTIONS).status == "not_applicable"


def test_integrity_names_processes_that_were_left(graded, replayed):
    left = replayed(passing(4), lines=HIT)
    steps = (Step(name="setup", ending="exited", exit_code=0, survivors=True), *left.steps)

    given = graded(TRUTH, replay=msgspec.structs.replace(left, steps=steps))
    assert score(integrity, given, OPTIONS).evidence == ("the setup command left processes behind",)


def test_usage_adds_up_what_was_measured_and_nothing_else(graded):
    both = (
        StageUsage(stage="detect", input_tokens=100, output_tokens=20),
        StageUsage(stage="setup", input_tokens=7, output_tokens=3),
    )
    found = score(usage, graded(NONE, usage=both))
    assert (found.status, found.value) == ("passed", 130)
    assert found.figures == {"tokens": 130, "detect_tokens": 120, "setup_tokens": 10}
    # A part of it is not the whole: where a stage was not measured, the sum is not known.
    half = score(usage, graded(NONE, usage=(StageUsage(stage="detect"), both[1])))
    assert (half.status, half.value) == ("not_applicable", None)
    assert half.figures == {"tokens": None, "detect_tokens": None, "setup_tokens": 10}
    for unmeasured in ((StageUsage(stage="detect"),), ()):
        nothing = score(usage, graded(NONE, usage=unmeasured))
        assert (nothing.status, nothing.value) == ("not_applicable", None)
        assert nothing.figures == {"tokens": None, "detect_tokens": None, "setup_tokens": None}
