from __future__ import annotations

import json
import subprocess

import pytest


def test_put_list_read_grep_tail(run, tmp_path):
    (tmp_path / "build.log").write_bytes(b"one\ntwo\x1b[2J\nthree\n")
    stored = run("put", tmp_path / "build.log")
    assert stored.stderr == ""
    assert stored.stdout.startswith("[artifact: tool_output build.log lines=3 bytes=18 id=artifact-")
    artifact = stored.stdout.split("id=")[1][:45]
    assert run("list").stdout == f"{artifact}  tool_output  3 lines  18 bytes  build.log\n"
    assert json.loads(run("list", "--format", "json").stdout)[0]["id"] == artifact
    assert run("list", "--kind", "chat_history").stdout == ""
    assert run("read", artifact).stdout == "    1: one\n    2: two\\x1b[2J\n    3: three\n"
    assert run("read", artifact, "--start-line", "3").stdout == "    3: three\n"
    assert run("grep", artifact, "^t.*e$", "--regex").stdout == "3: three\n"
    assert run("grep", artifact, "one", "--context", "1").stdout == "1: one\n2- two\\x1b[2J\n"
    assert run("tail", artifact, "--lines", "1").stdout.startswith("    3: three\n[lines 3-3 of 3 | before:")


def test_put_takes_standard_input(run):
    stored = run("put", "-", "--kind", "command_stdout", "--label", "make", stdin="x\n")
    assert stored.stdout.startswith("[artifact: command_stdout make lines=1 bytes=2 ")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["put", "missing.log"], "missing.log"),
        (
            ["put", "-", "--kind", "stdout"],
            "no kind of artifact is called 'stdout', did you mean 'command_stdout'?",
        ),
        (["read", "artifact-1"], "Error: read: no artifact 'artifact-1' in this thread"),
        (["grep", "artifact-1", ""], "no artifact"),
        (["tail"], "Missing argument 'ARTIFACT'"),
    ],
)
def test_a_mistake_is_one_message(run, tmp_path, args, reason):
    (tmp_path / "store").mkdir()
    done = run(*args)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["serve", "put", "list", "read", "grep", "tail"])
def test_every_command_has_examples(cli, name):
    done = subprocess.run([*cli, name, "--help"], capture_output=True, text=True, check=True)
    assert f"  specrun artifacts {name} " in done.stdout


def test_help_needs_nothing_heavy(cli):
    code = f"import sys\ntry:\n exec({cli[-1]!r})\nfinally:\n print(sorted(sys.modules))"
    out = subprocess.run([cli[0], "-c", code, "--help"], capture_output=True, text=True, check=True).stdout
    assert "'click'" in out
    assert not [name for name in ("mcp", "msgspec", "re2", "anyio") if f"'{name}'" in out]


@pytest.mark.parametrize("args", [["serve"], ["list"], ["read", "a"], ["grep", "a", "x"], ["tail", "a"]])
def test_a_store_that_is_not_there_is_told(run, args):
    done = run(*args)
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def test_a_thread_has_a_name(cli, tmp_path):
    argv = [*cli, "put", "-", "--root", str(tmp_path / "new"), "--thread", ""]
    done = subprocess.run(argv, input="x", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "'--thread': is empty" in done.stderr
    assert not (tmp_path / "new").exists()
