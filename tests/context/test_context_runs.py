"""Runs of a context benchmark: the same bytes everywhere, nothing done twice, stopped and gone on with."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from declared_fixtures import GREP, TAIL, Benchmark, declared, figure, outcomes

ARMS = {
    "capped": {"context": "capped"},
    "reference": {"context": "reference"},
    "relevance": {"context": "relevance", "budget": 10, "segment_lines": 2, "probe": 4},
}

LABELLED = [{"id": "out", "kind": "command_stdout", "payload": "it", "label": "Small"}]


def outputs(*names: str) -> list[dict]:
    return [{"id": name, "kind": "command_stdout", "payload": "it"} for name in names]


def started(bench: Benchmark, *args: str, **env: str) -> dict[str, bytes]:
    process = bench.start("it.yaml", "--offline", "-q", *args, **env)
    _, err = process.communicate()
    assert process.returncode == 0, err
    return bench.reports


def written(path: Path) -> int:
    return path.stat().st_mtime_ns


def reused(bench: Benchmark) -> dict[str, bool]:
    """Trial to whether the last run found it stored."""
    runs = sorted(
        (bench.root / ".specrun/runs").glob("*/manifest.json"), key=lambda path: path.stat().st_mtime_ns
    )
    trials = json.loads(runs[-1].read_bytes())["trials"]
    return {trial["name"].removesuffix("/1"): trial["reused"] for trial in trials}


def test_folder_zone_locale_and_jobs_do_not_show(tmp_path):
    fixtures = [declared(id=f"f{number}", arms=ARMS) for number in range(5)]
    first = Benchmark(tmp_path / "one", *fixtures)
    other = Benchmark(tmp_path / "an other" / "ünïcode", *fixtures)
    here = started(first, "--jobs", "1", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    env = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2", "HOME": str(tmp_path)}
    assert started(other, "--jobs", "4", **env) == here
    assert not [name for name, content in here.items() if str(tmp_path).encode() in content]


def test_what_has_not_changed_is_not_done_again(tmp_path):
    bench = Benchmark(tmp_path, declared(arms=ARMS))
    bench.run()
    before = bench.reports
    assert not any(reused(bench).values())
    bench.run()
    assert all(reused(bench).values())
    assert bench.reports == before


def test_what_is_known_to_be_valid_is_not_generated_again(tmp_path):
    (tmp_path / "log.txt").write_text("nothing here\n" * 6 + "key=found\n", encoding="utf-8")
    sha256 = hashlib.sha256((tmp_path / "log.txt").read_bytes()).hexdigest()
    payload = {"file": {"path": "log.txt"}, "pin": {"sha256": sha256}}
    bench = Benchmark(tmp_path, declared(payloads={"it": payload}))
    bench.run()
    (bench.root / "log.txt").write_text("another\n", encoding="utf-8")
    bench.run()
    assert "invalid_case" not in outcomes(bench.results).values()
    assert bench.call("it.yaml", "--offline", "-q", "--fresh") == 2
    assert set(outcomes(bench.results).values()) == {"invalid_case"}


def test_a_changed_policy_is_run_again_and_no_other(tmp_path):
    bench = Benchmark(tmp_path, declared(arms=ARMS))
    bench.run()
    bench.write("0.yaml", declared(arms=ARMS, policies={"grep": GREP, "tail": {**TAIL, "calls": []}}))
    bench.run()
    assert {name for name, found in reused(bench).items() if not found} == {
        f"tail/small@{arm}" for arm in ARMS
    }


def record_times(bench: Benchmark) -> dict[str, int]:
    return {
        path.parent.name: path.stat().st_mtime_ns
        for path in (bench.root / ".specrun/records").glob("*/record.json")
        if not path.parent.name.startswith(".")  # it was being written when the run was killed
    }


@pytest.mark.parametrize(
    "change",
    [
        {"expect": {"contains": ["fou"], "evidence": {"out": [7]}}},
        {"checks": [{"id": "one", "figure": "pages", "max": 1}]},
        {"checks": [{"id": "one", "fetched": {"out": [7]}, "policies": ["grep"]}]},
        {"mutants": {"other": {"of": "grep", "arm": "reference", "calls": []}}},
        {"title": "Another title"},
    ],
)
def test_what_only_graders_read_is_graded_again_and_not_run_again(tmp_path, change):
    bench = Benchmark(tmp_path, declared(artifacts=LABELLED))
    bench.run()
    before = record_times(bench)
    bench.write("0.yaml", declared(**{"artifacts": LABELLED, **change}))
    bench.run()
    assert record_times(bench) == before
    assert outcomes(bench.results)["grep/small@reference"] == "passed"


def test_a_check_of_the_prompt_runs_only_its_arms_again(tmp_path):
    bench = Benchmark(tmp_path, declared(arms=ARMS))
    bench.run()
    checks = [{"id": "lost", "lacks": "key=", "arms": ["capped"]}]
    before = record_times(bench)
    bench.write("0.yaml", declared(arms=ARMS, checks=checks))
    bench.run()
    assert len(record_times(bench).keys() - before.keys()) == 2
    found = bench.results.trials[0].score("context-checks")
    assert (found.status, found.figures) == ("passed", {"held": 1, "made": 1})


def test_kill_9_at_any_instant_loses_nothing_and_leaves_nothing(tmp_path):
    many = [declared(id=f"f{number}", arms=ARMS) for number in range(60)]
    command = ("it.yaml", "--offline", "-q", "--jobs", "2")
    whole = Benchmark(tmp_path / "whole", *many)
    started(whole)
    bench = Benchmark(tmp_path / "killed", *many)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    instants = random.Random(7)
    for _ in range(4):
        before = record_times(bench)
        process = bench.start(*command, SPECRUN_TMP=str(temporary))
        try:
            process.communicate(timeout=instants.uniform(0.3, 1.2))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        assert before.items() <= record_times(bench).items()
    assert started(bench, "--jobs", "2", SPECRUN_TMP=str(temporary)) == whole.reports
    assert list(temporary.iterdir()) == []
    assert bench.call("verify", "all") == 0


def test_a_stop_is_heard_and_the_rest_is_done_later(tmp_path):
    many = [declared(id=f"f{number}") for number in range(300)]
    bench = Benchmark(tmp_path, *many)
    process = bench.start("it.yaml", "--offline", "-v", "--jobs", "1")
    for line in process.stderr:
        if "/f3@" in line and ": passed" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "of 1200 trials are finished and kept; no report was written." in err
    assert not (bench.root / "reports").exists()
    finished = len(record_times(bench))
    assert 0 < finished < 1200
    bench.run()
    assert sum(reused(bench).values()) == finished


def test_a_stop_is_heard_among_thousands_of_probes(tmp_path):
    lines = {"count": 4000, "text": "line ${n}", "replace": [{"line": 7, "text": "key=found"}]}
    arms = {
        "capped": {"context": "capped"},
        "reference": {"context": "reference"},
        "recent": {"context": "recency", "budget": 100000, "segment_lines": 1, "probe": 4000},
    }
    bench = Benchmark(tmp_path, declared(payloads={"it": {"lines": lines}}, arms=arms))
    process = bench.start("it.yaml", "--offline", "-v", "--jobs", "1")
    for line in process.stderr:
        if "tail/small@reference" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130, err
    assert "4 of 6 trials are finished and kept" in err


def test_more_fixtures_than_are_kept_at_hand_give_right_results(tmp_path):
    fixtures = []
    for number in range(1, 81):
        lines = {"count": 12, "text": "line ${n}", "replace": [{"line": 7, "text": f"key=found{number}"}]}
        fixtures.append(
            declared(
                id=f"f{number}",
                payloads={"it": {"lines": lines}},
                artifacts=outputs("out", "two", "three", "four"),
                expect={"answer": f"found{number}"},
            )
        )
    results = Benchmark(tmp_path, *fixtures).run("--jobs", "4")
    for number in range(1, 81):
        assert outcomes(results)[f"grep/f{number}@reference"] == "passed"
        assert outcomes(results)[f"tail/f{number}@reference"] == "failed"
        assert figure(results, f"grep/f{number}@reference", "artifact_lines") == 48


def test_file_descriptors_do_not_run_out(tmp_path):
    artifacts = outputs("out", *"abcdefghijklmno")
    fixtures = [declared(id=f"f{number}", artifacts=artifacts) for number in range(40)]
    bench = Benchmark(tmp_path, *fixtures)
    limited = 'ulimit -n 400; exec "$@"'
    process = subprocess.run(
        [
            "sh",
            "-c",
            limited,
            "sh",
            sys.executable,
            "-m",
            "specrun",
            "it.yaml",
            "--offline",
            "-q",
            "--jobs",
            "4",
        ],
        cwd=bench.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert {trial.outcome for trial in bench.results.trials} == {"passed", "failed"}


def test_a_benchmark_that_is_over_holds_no_file(tmp_path):

    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_files()
    for number in range(3):
        Benchmark(tmp_path / str(number), declared()).run()
    assert open_files() <= before
