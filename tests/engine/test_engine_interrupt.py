"""A run that ends before its time: by Ctrl-C, by SIGTERM, by kill -9 at any instant."""

from __future__ import annotations

import random
import signal
import subprocess

import pytest

COMMAND = ("specs/hello.yaml", "--offline", "--repeats", "6", "--jobs", "2", "--output", "out")
ALL = 1000
"""More lines than a run says."""
SLOW = "  - run: touch begun; sleep 600\n"


def read_reports(quick) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((quick.root / "out/hello").iterdir())}


def test_kill_9_at_any_instant_loses_at_most_what_was_in_flight(quick):
    expected_cache = quick.run(*COMMAND)
    assert expected_cache.code == 0
    expected = read_reports(quick)
    assert quick.run("clean", "--records").code == 0
    instants = random.Random(20)
    records = quick.root / ".specrun/records"
    for number in range(12):
        for file in (quick.root / "out/hello").iterdir():
            file.unlink()
        before = finished(records)
        lines = instants.randrange(1, 30) if number < 6 else ALL
        kill(quick.start(*COMMAND, "-v"), lines, instants.uniform(0, 0.1))
        assert before <= finished(records), "a finished record was lost"
        for name, content in read_reports(quick).items():
            assert name.startswith(".") or content == expected[name], "a report was half-written"
    assert quick.run(*COMMAND).code == 0
    assert {name: text for name, text in read_reports(quick).items() if not name.startswith(".")} == expected
    assert quick.run("verify", "all").code == 0


def kill(process: subprocess.Popen[str], lines: int, seconds: float) -> None:
    """Kill a run some time after so many lines or its last trial, unless it ends before."""
    for number, line in enumerate(process.stderr, 1):
        if number == lines or line.startswith("[18/18]"):
            break
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def finished(records) -> set[str]:
    return {path.parent.name for path in records.glob("[!.]*/record.json")}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_what_is_finished_and_says_how_to_go_on(quick, number):
    quick.agent("slow", steps=SLOW)
    process = quick.start("specs/hello.yaml", "--offline", "-v", "--jobs", "4")
    said = []
    for line in process.stderr:
        said.append(line)
        if "guess/greeter/1: failed" in line:
            break
    process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == 130, [*said, err]
    assert "interrupted: 3 of 4 trials are finished and kept; no report was written." in err
    assert "Run the same command again to go on." in err
    assert not (quick.root / "reports").exists()
    assert quick.run("clean", "--dry-run").out == "nothing to remove\n"
    quick.only("nop", "oracle", "guess")
    assert quick.run("specs/hello.yaml", "--offline").err.count("(stored)") == 3


def test_what_a_killed_run_leaves_is_cleaned(quick):
    quick.agent("slow", steps=SLOW)
    process = quick.start("specs/hello.yaml", "--offline", "-v", "--jobs", "4")
    for line in process.stderr:
        if "guess/greeter/1: failed" in line:
            break
    process.kill()
    process.communicate()
    dry = quick.run("clean", "--dry-run").out
    assert dry.count("would remove") == 2, dry
    assert quick.run("clean").out.count("removed") == 2
    assert quick.run("clean", "--dry-run").out == "nothing to remove\n"


def test_two_runs_at_the_same_time_do_not_harm_each_other(quick):
    runs = [quick.start(*COMMAND[:-1], f"out{number}", "--fresh", "-q") for number in range(2)]
    for process in runs:
        _, err = process.communicate()
        assert process.returncode == 0, err
    first, second = (
        {file.name: file.read_bytes() for file in (quick.root / f"out{number}/hello").iterdir()}
        for number in range(2)
    )
    assert first == second
    assert quick.run("verify", "all").code == 0
