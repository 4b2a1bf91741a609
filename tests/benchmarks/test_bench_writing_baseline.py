"""What the project's own tests do before anybody adds some, and what makes a case invalid."""

from __future__ import annotations

import pytest
from writing_bench import GOOD_TESTS, OLD_TESTS, score, trial

CASE = "class Own(unittest.TestCase):\n"
FAILS = f"{OLD_TESTS}\n\n{CASE}    def test_known(self):\n        self.fail()\n"
UNSTEADY = f"{OLD_TESTS}\n\n{CASE}    def test_order(self):\n        self.assertEqual(hash('a'), FIRST)\n"


def reason(bench) -> str:
    """Why the only case is invalid. Agents are not run on it."""
    results = bench.run(code=0)
    assert {each.outcome for each in results.trials} == {"invalid_case"}
    return results.trials[0].reason


def test_tests_that_differ_between_runs(writing) -> None:
    writing.file("tests/test_till.py", UNSTEADY)
    writing.project["commands"] = {
        "setup": "sed -i s/FIRST/$(python -c 'print(hash(\"a\"))')/ tests/test_till.py"
    }
    assert reason(writing).startswith("tests are not the same in every run: test_order (tests.test_till.Own")


def test_a_failing_test_must_be_declared_and_a_declared_one_must_fail(writing) -> None:
    writing.file("tests/test_till.py", FAILS)
    known = "test_known (tests.test_till.Own.test_known)"
    assert reason(writing) == f"tests fail that are not among writing.known_failures: {known}"
    writing.project["writing"]["known_failures"] = ["test_known*", "test_total*", "no such test"]
    assert reason(writing) == "writing.known_failures names tests that do not fail: no such test, test_total*"


def test_what_the_commands_leave_must_be_ignored(writing) -> None:
    writing.platform["commands"]["test"] += "\ntouch left-behind"
    assert reason(writing) == "its commands leave files that are not among paths.ignore: left-behind"


@pytest.mark.parametrize(
    ("key", "command", "said"),
    [
        ("setup", "exit 3", "the setup script failed"),
        ("test", "true", ".out/tests.tap: the command did not write it"),
        ("coverage", "mkdir -p .out; echo {} > .out/coverage.json", ".out/coverage.json: "),
    ],
)
def test_commands_that_do_not_work(writing, key, command, said) -> None:
    writing.project["commands"] = {key: command}
    assert reason(writing).startswith(f"before anything is added: {said}")


@pytest.mark.parametrize(
    ("outcome", "commands", "tools"),
    [("invalid_case", {"setup": "exit 3"}, []), ("unavailable", {}, [{"run": ["no-such-tool"]}])],
)
def test_a_project_whose_files_cannot_be_selected_is_not_dropped(writing, outcome, commands, tools) -> None:
    writing.project["writing"] = {"select": {"test": "tests/test_${stem}.py"}}
    writing.project["commands"] = commands
    writing.platform["tools"]["commands"] = tools
    assert [(each.case, each.outcome) for each in writing.run().trials] == [("till", outcome)]


def test_only_a_good_baseline_is_kept(writing, cache) -> None:
    before = set(cache.glob("baselines/*"))
    writing.project["commands"] = {"setup": "exit 3"}
    reason(writing)
    assert set(cache.glob("baselines/*")) == before, "it may have been the machine"
    writing.project["commands"] = {"setup": "exit 0"}
    assert [each.outcome for each in writing.run().trials] == ["failed"]
    (kept,) = set(cache.glob("baselines/*")) - before
    (kept / "baseline.json").write_bytes(b"not a baseline")
    assert [each.outcome for each in writing.run().trials] == ["failed"]


def test_a_project_may_have_no_tests_and_known_failures_that_stay(writing) -> None:
    """Both in one run: what is there before decides what counts as added."""
    writing.file("tests/test_till.py", FAILS)
    writing.project["writing"]["known_failures"] = ["test_known (tests.test_till.Own.test_known)"]
    writing.write(
        "bare.yaml",
        {
            **writing.project,
            "id": "bare",
            "source": {"path": "bare"},
            "writing": {"files": [{"id": "till", "source": "till.py", "test": "tests/test_change.py"}]},
        },
    )
    writing.put("bare/till.py", (writing.root / "till/till.py").read_bytes())
    writing.put("bare/tests/__init__.py", "")
    writing.spec["projects"].append("bare.yaml")
    writing.writer("good", GOOD_TESTS)
    results = writing.run("--jobs", "2")
    assert {each.case: each.outcome for each in results.trials if each.agent == "good"} == {
        "till.till": "passed",
        "bare.till": "passed",
    }
    assert score(results, "good", "tests", "bare.till").figures["added"] == 3
    assert score(results, "good", "coverage-gain", "bare.till").figures["gain"] == 11
    assert trial(results, "nop", "bare.till").outcome == "failed"
