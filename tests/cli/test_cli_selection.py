"""`--only` over several benchmarks, and what is told before anything runs."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys

import pytest

CONTEXT = """specrun: 1
kind: context
id: tiny
graders: [context-answer]
passing: [context-answer]
limits: {calls: 3}
fixtures: [tiny-fixture.yaml]
"""
FIXTURE = """specrun: 1
kind: context-fixture
id: small
prompt: Which key?
payloads: {out: {literal: "key=1"}}
artifacts: [{id: out, kind: tool_output, payload: out}]
arms: {full: {context: full}}
baseline: full
policies: {look: {answer: {find: 'key=\\d'}}}
expect: {answer: key=1}
mutants: {blind: {of: look, arm: full, answer: {text: key=2}}}
"""


@pytest.fixture
def both(quick):
    """A benchmark of each kind."""
    (quick.root / "specs/tiny.yaml").write_text(CONTEXT, encoding="utf-8")
    (quick.root / "specs/tiny-fixture.yaml").write_text(FIXTURE, encoding="utf-8")
    return quick


def test_a_value_need_be_known_to_one_of_the_benchmarks_only(both):
    ran = both.run("specs", "--offline", "--only", "arm=full", "--format", "json")
    assert ran.code == 0, ran.err
    assert '"look"' in ran.out
    assert "greeter" not in ran.out, "nothing of hello.yaml is selected"
    listed = both.run("plan", "specs/tiny.yaml", "--only", "fixture=small").out
    assert "look/small@full/1" in listed


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("arm=ful", "--only arm=ful: no such arm, did you mean 'full'?"),
        ("armm=full", "--only does not know 'armm', did you mean 'arm'?"),
        ("arm=full,agent=nop", "--only selects no trial: each value is there, but nothing has all of them"),
    ],
)
def test_a_selection_of_nothing_is_told_before_anything_runs(both, only, message):
    ran = both.run("specs", "--offline", "--only", only)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert not (both.root / ".specrun").exists()


def test_a_log_that_is_gone_does_not_hide_the_others(both):
    assert both.run("specs/tiny.yaml", "--offline").code == 0
    (log,) = both.root.glob(".specrun/records/*/events.jsonl")
    log.unlink()
    assert both.run("specs/hello.yaml", "--offline", "--only", "agent=guess").code == 0
    ran = both.run("verify", "all")
    assert ran.code == 1
    assert f"{log}: the log is gone" in ran.err
    assert "the chain holds" in ran.out


def test_plan_does_not_call_a_damaged_record_stored(both):
    both.run("specs/tiny.yaml", "--offline")
    assert "1 stored" in both.run("plan", "specs/tiny.yaml").out
    (record,) = both.root.glob(".specrun/records/*/record.json")
    record.write_bytes(b"")
    assert "0 stored" in both.run("plan", "specs/tiny.yaml").out


def test_what_was_not_run_has_no_time(both):
    both.run("specs/tiny.yaml", "--offline")
    shown = both.run("trial", "look/small@full/1").out
    assert "agent " in shown
    assert "in the prompt: out, lines 1\n\nanswer:\n  key=1\n" in shown
    both.run("specs/tiny.yaml", "--offline")
    shown = both.run("trial", "look/small@full/1").out
    assert "0.000 s" not in shown


def test_a_dumb_terminal_gets_plain_lines(both):
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "specrun", "specs/tiny.yaml", "--offline"],
        cwd=both.root,
        env={**os.environ, "TERM": "dumb"},
        stdout=subprocess.DEVNULL,
        stderr=side,
    )
    os.close(side)
    shown = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:  # a terminal ends so on Linux
            break
        if not part:
            break
        shown += part
    os.close(main)
    assert process.wait() == 0
    assert b"[1/1] look/small@full/1: passed" in shown
    assert b"\x1b" not in shown


def test_an_interrupt_while_it_is_imported_is_no_traceback(both):
    code = (
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'specrun.cli.main':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from specrun.__main__ import main\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (130, "interrupted\n")


def test_a_hangup_stops_a_run_cleanly(both):
    both.agent("sleeper", steps="  - run: 'touch ../started; sleep 600'\n")
    process = both.start("specs/hello.yaml", "--offline", "--jobs", "1", "--only", "agent=sleeper", "-v")
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("sleeper/greeter/1: working"):
            break
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Run the same command again to go on" in err


def test_a_source_that_leaves_its_folder_is_told_with_its_place(quick):
    for name in ("one", "two"):
        shutil.copytree(quick.root / "fixtures/projects/greeter", quick.root / f"fixtures/projects/{name}")
        (quick.root / f"fixtures/projects/{name}/pw").symlink_to("/etc/passwd")
        text = (quick.root / "specs/projects/greeter.yaml").read_text(encoding="utf-8")
        text = text.replace("id: greeter", f"id: {name}").replace("projects/greeter", f"projects/{name}")
        (quick.root / f"specs/projects/{name}.yaml").write_text(text, encoding="utf-8")
        quick.edit("specs/hello.yaml", "projects:\n", f"projects:\n  - projects/{name}.yaml\n")
    ran = quick.run("specs/hello.yaml", "--offline")
    assert ran.code == 2
    told = [line for line in ran.err.splitlines() if "leaves" in line]
    assert [line.split(":")[0] for line in told] == ["specs/projects/one.yaml", "specs/projects/two.yaml"]
