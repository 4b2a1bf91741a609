"""Running a benchmark: outcomes, preflight, reuse, and what is kept."""

from __future__ import annotations

import json

import pytest

from example_bench import Bench

ANSWER = """
  - write: specrun-answer.yaml
    content: |
      detect: {{tests_present: true, frameworks: [pytest]}}
      setup:
        test_command: {test}
        report: {{format: junit, path: .report/tests.xml}}
        coverage_command: {coverage}
        coverage_report: {{format: coverage-json, path: .report/coverage.json}}
"""
RIGHT = ANSWER.format(
    test="python -m pytest --junitxml=.report/tests.xml",
    coverage="python -m coverage run --source=. -m pytest"
    " && python -m coverage json -o .report/coverage.json",
)


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Bench:
    """The whole example with one more agent, which has the right answer."""
    bench = Bench(tmp_path_factory.mktemp("first") / "bench")
    bench.agent("right", steps=RIGHT)
    ran = bench.run("specs/hello.yaml", "--offline", "-q")
    assert (ran.code, ran.err) == (0, "")
    return bench


def test_the_first_run_of_the_example(first):
    outcomes = first.outcomes()
    del outcomes["right/greeter/1"]
    assert outcomes == {
        "nop/greeter/1": "failed",
        "oracle/greeter/1": "passed",
        "guess/greeter/1": "failed",
    }
    guess = first.results.trials[3]
    assert guess.score("detection").status == "passed"
    assert guess.score("replay").evidence == ("there is no coverage command",)
    assert guess.score("test-count").figures == {"tests_run": 3, "tests_expected": 3}
    assert guess.score("usage").figures == {
        "tokens": None,
        "detect_tokens": None,
        "setup_tokens": None,
    }


def test_an_agent_with_the_right_answer_passes(first):
    assert first.outcomes()["right/greeter/1"] == "passed"


def test_an_agent_that_fails_and_one_that_hangs_are_told_apart(quick):
    quick.agent("crashes", steps="  - run: echo half done > notes.txt; exit 7\n")
    quick.only("crashes")
    assert quick.run("specs/hello.yaml", "--offline", "-q").code == 0
    (crashes,) = quick.results.trials
    assert (crashes.outcome, crashes.reason) == ("agent_error", "step 1: exit code 7")
    assert quick.results.summaries[0].pass_rate.counted == 1
    quick.agent("hangs", steps="  - {write: begun, content: x}\n  - run: exec sleep 600\n")
    quick.only("hangs")
    quick.edit("specs/hello.yaml", "agent: {wall: 2m, idle: 1m}", "agent: {wall: 2m, idle: 300ms}")
    assert quick.run("specs/hello.yaml", "--offline", "-q").code == 0
    (hangs,) = quick.results.trials
    assert (hangs.outcome, hangs.reason) == ("agent_timeout", "step 2: ended by its idle limit")
    shown = quick.run("trial", "hangs/greeter/1").out
    assert "added begun" in shown, "what an agent did is kept also when a limit ends it"


def test_a_case_that_nop_passes_is_invalid(quick):
    quick.edit(
        "specs/hello.yaml",
        "passing: [detection, replay, test-count, coverage]",
        "passing: [detection]",
    )
    quick.edit("specs/projects/greeter.yaml", "tests_present: true", "tests_present: false")
    for line in ("  frameworks: [pytest]\n", "  expected_tests: 3\n", "  covered_lines: 5\n"):
        quick.edit("specs/projects/greeter.yaml", line, "")
    quick.agent(
        "knows", steps="  - write: specrun-answer.yaml\n    content: 'detect: {tests_present: false}'\n"
    )
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert quick.outcomes()["knows/greeter/1"] == "passed"
    assert quick.outcomes()["nop/greeter/1"] == "failed"


def test_a_case_that_the_oracle_fails_is_invalid_and_says_why(quick):
    quick.edit("specs/projects/greeter.yaml", "expected_tests: 3", "expected_tests: 4")
    ran = quick.run("specs/hello.yaml", "--offline")
    assert set(quick.outcomes().values()) == {"invalid_case"}
    why = "the known answer does not pass it: test-count: 3 of 4 tests ran"
    assert quick.results.cases[0].broken == why
    assert f"greeter does not count: {why}" in ran.err
    assert [summary.pass_rate.counted for summary in quick.results.summaries] == [0, 0, 0]


def test_what_did_not_change_is_reused(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    again = quick.run("specs/hello.yaml", "--offline")
    assert again.err.count("(stored)") == 3
    assert (quick.root / "reports/hello/results.json").read_bytes() == first


def test_labels_change_no_key_and_prompts_do(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    quick.edit(
        "specs/agents/guess.yaml", "title: Always says pytest, and forgets the coverage", "title: Other"
    )
    assert quick.run("specs/hello.yaml", "--offline").err.count("(stored)") == 3
    (quick.root / "specs/prompts/detect.md.j2").write_text("Write `{{ answer_file }}`.\n", encoding="utf-8")
    assert quick.run("specs/hello.yaml", "--offline").err.count("(stored)") == 0


def test_a_changed_grader_grades_again_and_runs_no_agent(quick):
    quick.agent("right", steps=RIGHT)
    quick.run("specs/hello.yaml", "--offline", "-q")
    before = {
        path.name: path.stat().st_mtime_ns for path in (quick.root / ".specrun/records").glob("*/record.json")
    }
    quick.edit(
        "specs/hello.yaml",
        "test-count, coverage, usage]",
        "{use: test-count, with: {tolerance: 0.5}}, coverage, usage]",
    )
    ran = quick.run("specs/hello.yaml", "--offline", "-v")
    after = {
        path.name: path.stat().st_mtime_ns for path in (quick.root / ".specrun/records").glob("*/record.json")
    }
    assert after == before
    assert ": working" not in ran.err
    assert "right/greeter/1: grading" in ran.err
    assert quick.outcomes()["right/greeter/1"] == "passed"


def test_fresh_runs_everything_again(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert "(stored)" not in quick.run("specs/hello.yaml", "--offline", "--fresh").err


def test_a_record_that_was_cut_off_is_made_again(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    for record in (quick.root / ".specrun/records").glob("*/record.json"):
        record.write_bytes(record.read_bytes()[:40])
    for scores in (quick.root / ".specrun/records").glob("*/scores.json"):
        scores.write_bytes(b"")
    assert quick.run("specs/hello.yaml", "--offline").code == 0
    assert (quick.root / "reports/hello/results.json").read_bytes() == first


def test_a_selection_leaves_committed_reports_alone(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    ran = quick.run("specs/hello.yaml", "--offline", "--only", "agent=guess")
    assert "reports/ is untouched" in ran.err
    assert (quick.root / "reports/hello/results.json").read_bytes() == first


def test_what_the_spec_does_not_say_never_replaces_a_committed_report(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    ran = quick.run("specs/hello.yaml", "--offline", "--repeats", "2", "--seed", "9")
    assert "this is not what the spec says: reports/ is untouched" in ran.err
    assert (quick.root / "reports/hello/results.json").read_bytes() == first
    quick.run("specs/hello.yaml", "--offline", "-q", "--repeats", "2", "--seed", "9", "--output", "out")
    report = (quick.root / "out/hello/results.md").read_text(encoding="utf-8")
    assert "specrun specs/hello.yaml --repeats 2 --seed 9 --offline\n" in report


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"a":' * 100_000, None])
def test_damaged_records_are_made_again(quick, damage):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    for name in ("record.json", "scores.json"):
        for file in (quick.root / ".specrun/records").glob(f"*/{name}"):
            file.unlink()
            if damage is None:
                file.mkdir()
            else:
                file.write_bytes(damage)
    for manifest in (quick.root / ".specrun/runs").glob("*/manifest.json"):
        manifest.write_bytes(damage or b"")
    assert quick.run("specs/hello.yaml", "--offline", "-q").code == 0
    assert (quick.root / "reports/hello/results.json").read_bytes() == first
    assert quick.run("trial", "guess/greeter/1").code == 0


def test_an_answer_that_was_changed_in_the_store_is_not_used(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    for answer in (quick.root / ".specrun/records").glob("*/answer.yaml"):
        answer.write_bytes(b"detect: {tests_present: false}\n")
        (answer.parent / "scores.json").unlink()
    assert quick.run("specs/hello.yaml", "--offline", "-q").code == 0
    assert (quick.root / "reports/hello/results.json").read_bytes() == first


def test_a_run_that_the_machine_failed_publishes_nothing(quick):
    install = "{script: exit 3}"
    quick.agent("broken", type="command", run="{command: ['true']}", install=install)
    ran = quick.run("specs/hello.yaml", "--offline", "-q")
    assert ran.code == 3
    assert "error: broken/greeter/1 could not be run: OSError: agent broken could not be installed" in ran.err
    assert not (quick.root / "reports").exists()
    (left,) = (quick.root / ".specrun/failed").iterdir()
    assert quick.run("verify", str(left / "events.jsonl")).code == 0
    assert '"root":"infra"' in (left / "events.jsonl").read_text(encoding="utf-8")


def test_output_junit_and_json(quick):
    ran = quick.run(
        "specs/hello.yaml",
        "--offline",
        "--only",
        "agent=guess",
        "--output",
        "out",
        "--junit",
        "out/j.xml",
        "--format",
        "json",
    )
    assert json.loads(ran.out)["trials"][0]["agent"] == "guess"
    assert (quick.root / "out/hello/results.md").exists()
    assert b'<testcase name="guess/greeter/1"' in (quick.root / "out/j.xml").read_bytes()


def test_repetitions_have_seeds_of_their_own(quick):
    quick.run(
        "specs/hello.yaml", "--offline", "-q", "--repeats", "3", "--only", "agent=nop", "--output", "out"
    )
    trials = json.loads((quick.root / "out/hello/results.json").read_text())["trials"]
    assert [trial["repetition"] for trial in trials] == [1, 2, 3]
    assert len({trial["seed"] for trial in trials}) == 3


def test_a_benchmark_that_needs_the_network_cannot_be_offline(quick):
    quick.edit("specs/hello.yaml", "seed: 1", "seed: 1\nnetwork: host")
    ran = quick.run("specs/hello.yaml", "--offline")
    assert ran.code == 2
    assert "specs/hello.yaml:28:10: the benchmark lets its commands reach the network" in ran.err
    assert quick.run("specs/hello.yaml", "-q").code == 0


def test_a_missing_tool_makes_trials_unavailable(quick):
    quick.edit(
        "specs/platforms/python-pytest.yaml",
        "python: [pytest, coverage]",
        "python: [pytest, coverage]\n  commands: [{run: [no-such-tool, --version]}]",
    )
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert set(quick.outcomes().values()) == {"unavailable"}
    assert "no-such-tool" in quick.results.trials[0].reason
