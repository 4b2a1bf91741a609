"""Every command, as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from specrun import __version__
from specrun.cli.main import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(bench, name):
    ran = bench.run(name, "--help")
    assert ran.code == 0
    assert "Examples:" in ran.out
    assert f"specrun {name}" in ran.out or name == "run"


def test_help_lists_every_command_and_imports_none():
    script = (
        "import sys; from specrun.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'yaml', 'jinja2', 'jsonschema', 'msgspec', 'asyncio', 'rich'} & set(sys.modules)\n"
        "print('heavy:', sorted(heavy))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert all(f"  {name} " in out for name in COMMANDS)
    assert out.endswith("heavy: []\n")


def test_version(bench):
    assert bench.run("--version").out == f"specrun {__version__}\n"


def test_a_spec_is_run_without_saying_run(quick):
    assert quick.run("specs", "--offline", "-q").code == 0
    assert quick.run("--offline", "-q", "specs/*.yaml").code == 0


def test_a_mistyped_command_is_told(bench):
    ran = bench.run("vaildate", "specs")
    assert ran.code == 2
    assert "vaildate" in ran.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["run", "specs/nothing.yaml"], "specs/nothing.yaml:1:1: no such file"),
        (["run", "specs/agents/nop.yaml"], "a benchmark is a spec of kind context, test-running"),
        (["run", "specs/hello.yaml", "--only", "agent=gues"], "did you mean 'guess'?"),
        (["run", "specs/hello.yaml", "--only", "agnet=guess"], "did you mean 'agent'?"),
        (["run", "specs/hello.yaml", "--check", "--only", "agent=guess"], "--check compares whole reports"),
        (["run", "specs/hello.yaml", "--strict"], "--strict goes with --check"),
        (["run", "specs/hello.yaml", "--jobs", "0"], "0 is not in the range"),
        (["run"], "Missing argument"),
        (["trial", "a/b/1"], "nothing was run here"),
        (["report", "specs"], "no results.json in specs or below it"),
        (["schema", "projcet"], "did you mean 'project'?"),
        (["init", "."], "is not empty"),
    ],
)
def test_wrong_usage_is_one_clear_message_and_exit_code_2(bench, args, said):
    ran = bench.run(*args)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err + ran.out


def test_validate_reports_every_error_of_every_file(bench):
    bench.edit("specs/hello.yaml", "repeats: 1", "repeats: one\nretries: 3")
    bench.edit("specs/agents/guess.yaml", "type: script", "type: scirpt")
    ran = bench.run("validate", "specs")
    assert ran.code == 2
    assert [line.split(": ", 1)[0] for line in ran.err.splitlines()] == [
        "specs/agents/guess.yaml:8:7",
        "specs/hello.yaml:26:10",
        "specs/hello.yaml:27:1",
    ]
    assert "did you mean 'script'?" in ran.err
    as_json = json.loads(bench.run("validate", "specs", "--format", "json").out)
    assert (as_json[0]["file"], as_json[0]["line"]) == ("specs/agents/guess.yaml", 8)
    sarif = json.loads(bench.run("validate", "specs", "--format", "sarif").out)
    assert len(sarif["runs"][0]["results"]) == 3


def test_validate_finds_what_only_the_benchmark_can_know(bench):
    bench.edit("specs/hello.yaml", "graders: [detection, replay,", "graders: [detection, repaly,")
    ran = bench.run("validate", "specs")
    assert "specs/hello.yaml:23:22: no grader 'repaly', did you mean 'replay'?" in ran.err
    bench.edit(
        "specs/hello.yaml", "[detection, repaly, test-count, coverage,", "[detection, replay, coverage,"
    )
    bench.edit("specs/hello.yaml", "passing: [detection, replay, test-count,", "passing: [detection, replay,")
    ran = bench.run("validate", "specs")
    assert "no selected grader reads truth.expected_tests of greeter" in ran.err


def test_a_grader_without_its_truth_and_a_prompt_that_leaks_are_errors(bench):
    bench.edit("specs/projects/greeter.yaml", "  expected_tests: 3\n", "")
    prompt = bench.root / "specs/prompts/setup.md.j2"
    prompt.write_text("Hint: python -m pytest --junitxml=.report/tests.xml\n", encoding="utf-8")
    ran = bench.run("validate", "specs/hello.yaml")
    assert ran.code == 2
    assert "the grader 'test-count' needs truth.expected_tests of greeter" in ran.err
    assert "the prompt of stage 'setup' gives away commands.test of greeter" in ran.err


def test_a_finding_rule_that_cannot_work_is_an_error(bench):
    bench.edit("specs/hello.yaml", "seed: 1", "seed: 1\nfindings: [{when: 'agent.passed <', say: x}]")
    assert bench.run("validate", "specs").err == "specs/hello.yaml:28:19: unexpected 'end of template'\n"


def test_a_finding_of_the_benchmarks_own_is_said(quick):
    rule = (
        "{when: 'agent.id == \"guess\"', say: '{{ agent.id }} passed {{ agent.passed }} trials, we noticed.'}"
    )
    quick.edit("specs/hello.yaml", "seed: 1", f"seed: 1\nfindings: [{rule}]")
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert "guess passed 0 trials, we noticed." in (quick.root / "reports/hello/findings.md").read_text()


def test_plan_lists_trials_and_what_is_stored(quick):
    before = json.loads(quick.run("plan", "specs/hello.yaml", "--format", "json").out)
    assert [(row["trial"], row["state"]) for row in before] == [
        ("nop/greeter/1", "to run"),
        ("oracle/greeter/1", "to run"),
        ("guess/greeter/1", "to run"),
    ]
    quick.run("specs/hello.yaml", "--offline", "-q")
    table = quick.run("plan", "specs/hello.yaml", "--repeats", "2").out
    assert "guess/greeter/2" in table
    assert table.endswith("6 trials, 3 stored\n")


def test_explain_says_what_is_reused_and_what_differs(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert "its record is stored and reused" in quick.run("explain", "guess/greeter/1").out
    quick.edit("specs/agents/guess.yaml", "frameworks: [pytest]", "frameworks: [unittest]")
    said = quick.run("explain", "guess/greeter/1").out
    assert "differs in agent\n" in said
    assert "  agent: stored " in said
    quick.edit("specs/hello.yaml", "seed: 1", "seed: 2")
    assert (
        "differs in agent, seed\n"
        in quick.run("explain", "guess/greeter/1", "--spec", "specs/hello.yaml").out
    )
    quick.edit("specs/hello.yaml", "passing: [detection,", "passing: [")
    quick.edit("specs/hello.yaml", "graders: [detection,", "graders: [{use: coverage, with: {tolerance: 1}},")
    assert quick.run("explain", "gues/greeter/1").code == 2


def test_explain_names_the_graders_that_grade_again(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    quick.edit(
        "specs/hello.yaml",
        "test-count, coverage, usage]",
        "{use: test-count, with: {tolerance: 1}}, coverage, usage]",
    )
    assert "graded again by test-count:" in quick.run("explain", "guess/greeter/1").out


def test_show_tells_the_origin_of_every_value(bench):
    out = bench.run("show", "specs/hello.yaml", "--repeats", "4").out
    assert "repeats: 4  # command line" in out
    assert "seed: 1  # specs/hello.yaml:27" in out
    assert "expected_tests: 3  # specs/projects/greeter.yaml:12" in out
    assert "language: python  # specs/platforms/python-pytest.yaml:6" in out
    data = json.loads(bench.run("show", "specs/hello.yaml", "--format", "json").out)
    assert data["projects"][0]["commands"]["report"] == {"format": "junit", "path": ".report/tests.xml"}


def test_trial_shows_what_happened(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    shown = quick.run("trial", "guess/greeter/1", "--logs").out
    assert shown.startswith("guess/greeter/1 of hello: failed\n")
    assert "  replay: failed 0\n    there is no coverage command\n" in shown
    assert "added specs" not in shown
    assert "--- grade/logs/01-replay.test.stdout" in shown
    assert "3 passed" in shown
    key = json.loads(quick.run("trial", "guess/greeter/1", "--format", "json").out)["trial"]["key"]
    assert quick.run("trial", key[:12]).out.startswith("guess/greeter/1 of hello")
    assert "did you mean 'guess/greeter/1'?" in quick.run("trial", "gues/greeter/1").err


def test_verify_finds_a_log_that_was_tampered_with(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert quick.run("verify", "guess/greeter/1").code == 0
    everything = quick.run("verify", "all")
    assert everything.code == 0
    assert everything.out.count("the chain holds") == 5, "three agents, and two gradings that ran commands"
    shown = json.loads(quick.run("trial", "guess/greeter/1", "--format", "json").out)
    log = quick.root / ".specrun/records" / shown["trial"]["key"] / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"seq":1', b'"seq":2', 1))
    ran = quick.run("verify", "guess/greeter/1")
    assert ran.code == 1
    assert "events.jsonl:" in ran.err


def test_verify_finds_a_log_that_was_made_anew(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    records = quick.root / ".specrun/records"
    logs = sorted(records.glob("*/events.jsonl"))
    logs[0].write_bytes(logs[1].read_bytes())
    ran = quick.run("verify", "all")
    assert ran.code == 1
    assert "the log is not the one that its record was stored with" in ran.err


def test_schema_prints_what_is_published(bench):
    assert bench.run("schema").out.split() == [
        "agent",
        "model",
        "prices",
        "platform",
        "project",
        "context-fixture",
        "test-running",
        "test-writing",
        "context",
        "event",
        "cassette",
    ]
    published = (bench.root / "schemas/v1/project.schema.json").read_text(encoding="utf-8")
    assert bench.run("schema", "project").out == published
    assert bench.run("schema", "--write", "out").out.count("wrote") == 11


def test_doctor_says_what_is_here(bench):
    ran = bench.run("doctor", "--format", "json")
    found = {row["name"]: row["state"] for row in json.loads(ran.out)}
    assert ran.code == 0
    assert found["git"] == found["bash"] == found["python"] == "here"
    assert found["sandbox: network off"] in ("enforced", "not enforced")
    assert "sandbox: network off" in bench.run("doctor").out


def test_fetch_brings_what_is_pinned_and_says_what_it_cannot(bench):
    ran = bench.run("fetch", "specs/hello.yaml")
    assert (ran.code, ran.out) == (0, "greeter: here\n")
    bench.edit(
        "specs/platforms/python-pytest.yaml", "python: [pytest, coverage]", "python: [pytest, no-such-dist]"
    )
    ran = bench.run("fetch", "specs/hello.yaml")
    assert ran.code == 3
    assert "greeter: " in ran.err
    assert "no-such-dist" in ran.err


def test_clean_records_begins_anew(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    assert "would remove" in quick.run("clean", "--records", "--dry-run").out
    assert (quick.root / ".specrun").exists()
    quick.run("clean", "--records")
    assert not (quick.root / ".specrun").exists()


def test_init_writes_what_validates_and_refuses_a_full_folder(bench, tmp_path):
    ran = bench.run("init", str(tmp_path / "new"))
    assert f"cd {tmp_path / 'new'} && specrun specs/hello.yaml --offline" in ran.out
    assert bench.run("validate", str(tmp_path / "new")).out == "6 specs are valid\n"
    assert bench.run("init", str(tmp_path / "new")).code == 2


def test_the_shell_is_completed():
    done = subprocess.run(
        [sys.executable, "-m", "specrun"],
        env={
            "_SPECRUN_COMPLETE": "bash_complete",
            "COMP_WORDS": "specrun val",
            "COMP_CWORD": "1",
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "file,val\nplain,validate\n"


def test_a_reader_that_has_gone_does_not_cost_the_report(quick):
    command = f"{sys.executable} -m specrun specs/hello.yaml --offline -q | true"
    subprocess.run(["bash", "-c", command], cwd=quick.root, check=True, capture_output=True)
    assert (quick.root / "reports/hello/results.md").exists()


def test_several_benchmarks_are_one_json_document_and_all_are_checked_first(quick):
    second = quick.spec.read_text(encoding="utf-8").replace("id: hello", "id: second")
    (quick.root / "specs/second.yaml").write_text(second, encoding="utf-8")
    ran = quick.run("specs", "--offline", "-q", "--format", "json", "--only", "agent=nop")
    assert [results["benchmark"]["id"] for results in json.loads(ran.out)] == ["hello", "second"]
    quick.run("clean", "--records")
    quick.edit("specs/second.yaml", "[detection, replay,", "[detektion, replay,")
    assert quick.run("specs", "--offline").code == 2
    assert not (quick.root / ".specrun").exists()


def test_a_report_that_was_measured_is_not_replaced_by_one_that_was_not(quick):
    quick.run("specs/hello.yaml", "--offline", "-q")
    first = (quick.root / "reports/hello/results.json").read_bytes()
    quick.edit("specs/platforms/python-pytest.yaml", "python: [pytest, coverage]", "python: [no-such-dist]")
    ran = quick.run("specs/hello.yaml", "--offline")
    assert "3 trials of the committed report cannot run here, so it is untouched" in ran.err
    assert (quick.root / "reports/hello/results.json").read_bytes() == first


def test_the_truth_cannot_be_told_by_a_source_or_by_one_line_of_a_prompt(bench):
    bench.edit("specs/projects/greeter.yaml", "path: ../../fixtures/projects/greeter", "path: ../..")
    prompt = bench.root / "specs/prompts/setup.md.j2"
    hint = "{% if case_id == 'greeter' %}python -m  coverage run --source=. -m pytest || code=$?{% endif %}"
    prompt.write_text(hint, encoding="utf-8")
    ran = bench.run("validate", "specs/hello.yaml")
    assert "the source of greeter contains this spec, and with it the truth" in ran.err
    assert "the prompt of stage 'setup' gives away commands.coverage of greeter" in ran.err


def test_a_reference_that_is_named_twice_is_refused(bench):
    bench.edit("specs/hello.yaml", "agents/oracle.yaml", "agents/nop.yaml")
    ran = bench.run("validate", "specs/hello.yaml")
    assert (ran.code, ran.err.split(": ")[0]) == (2, "specs/hello.yaml:9:5")


def test_truth_is_checked_although_the_benchmark_has_a_typing_error(bench):
    bench.edit("specs/hello.yaml", "seed: 1", "seeed: 1")
    bench.edit("specs/hello.yaml", "test-count, coverage, integrity, usage]", "coverage, integrity, usage]")
    bench.edit("specs/hello.yaml", "test-count, coverage, integrity]", "coverage, integrity]")
    told = bench.run("validate", "specs").err
    assert "unknown key 'seeed'" in told
    assert "no selected grader reads truth.expected_tests of greeter" in told


def test_good_projects_are_checked_beside_a_broken_one(bench):
    text = (bench.root / "specs/projects/greeter.yaml").read_text(encoding="utf-8")
    broken = text.replace("id: greeter", "id: other").replace("truth:", "truths:")
    (bench.root / "specs/projects/other.yaml").write_text(broken, encoding="utf-8")
    bench.edit(
        "specs/hello.yaml",
        "  - projects/greeter.yaml\n",
        "  - projects/greeter.yaml\n  - projects/other.yaml\n",
    )
    bench.edit("specs/projects/greeter.yaml", "expected_tests", "failing_tests: 0 #")
    told = bench.run("validate", "specs").err
    assert "unknown key 'truths'" in told
    assert "the grader 'test-count' needs truth.expected_tests of greeter" in told
