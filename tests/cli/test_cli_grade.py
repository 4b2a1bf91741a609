"""`specrun grade`: any patch, as a user or a pull request gives it, on the project of the example."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

SOURCE = "fixtures/projects/greeter"
SPEC = "specs/projects/greeter.yaml"
GOLDEN = Path(__file__).parent / "golden"

NEW_TEST = """\
from greeter import greet


def test_french():
    assert greet("Ada", "fr") == "Bonjour, Ada!"
"""

SHOUT = '''

def shout(name: str) -> str:
    """Greet somebody loudly."""
    if not name:
        return "HELLO!"
    return greet(name).upper()
'''
"""Source whose last line a test runs, and whose line 16 none does."""

SHOUT_TEST = """\
from greeter import shout


def test_shout():
    assert shout("Ada") == "HELLO, ADA!"
"""


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """One cache for all tests here, and not the user's."""
    monkeypatch.setenv("SPECRUN_CACHE", str(tmp_path_factory.getbasetemp() / "grade-cache"))


@pytest.fixture
def grade(bench):
    """Run `specrun grade` on the project; files that it is to grade are written first."""

    def run(*args, **files: str):
        for name, text in files.items():
            (bench.root / name).write_text(text, encoding="utf-8")
        return bench.run("grade", "--project", SPEC, "--offline", "-q", *args)

    return run


def change(bench, **files: str) -> str:
    """A patch in git's format: the project's source with these files. Dots in names are `_dot_`."""
    folder = bench.root / SOURCE
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "base")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    diff = git(folder, "diff", "--cached", "HEAD")
    git(folder, "reset", "-q", "--hard")
    return diff


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def source(bench) -> str:
    return (bench.root / SOURCE / "greeter.py").read_text(encoding="utf-8")


@pytest.fixture
def feature(bench) -> str:
    """A patch that adds a function with one test."""
    return change(bench, greeter=source(bench) + SHOUT, test_shout=SHOUT_TEST)


def test_a_patch_is_measured_and_shown_in_every_form(bench, grade, feature) -> None:
    """Also twice: what was measured is not measured again, and the bytes are the same."""
    said = ["--require", "tests,diff-size", "--markdown", "out/grade.md", "--junit", "out/grade.xml"]
    ran = grade("--patch", "feature.diff", *said, "--format", "json", **{"feature.diff": feature})
    assert (ran.code, ran.err) == (0, "")
    scores = {score["grader"]: score for score in json.loads(ran.out)["trials"][0]["scores"]}
    assert scores["tests"]["figures"]["added"] == 1
    assert scores["diff-size"]["figures"]["source_lines"] == 7
    # Of the new source a def, an if and two returns are executable, and one return is not reached.
    # Of the new test all three lines are.
    own = scores["coverage-gain"]["figures"]
    assert (own["own_lines"], own["own_lines_hit"]) == (7, 6)
    assert own["gain"] == own["missed"] == 0, "what was there was covered"
    for name in ("grade.md", "grade.xml"):
        golden(name, (bench.root / "out" / name).read_bytes())
    began = sorted((bench.root / ".specrun/records").iterdir())
    again = grade("--patch", "feature.diff", *said, "--format", "json")
    assert again.out == ran.out
    assert sorted((bench.root / ".specrun/records").iterdir()) == began


def golden(name: str, content: bytes) -> None:
    """Compare with the golden file, or write it when that is asked for."""
    if os.environ.get("SPECRUN_REGENERATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(content)
    assert content == (GOLDEN / name).read_bytes()


def test_a_required_grader_that_fails_is_exit_code_1(bench, grade) -> None:
    broken = change(bench, greeter=source(bench).replace("Guten Tag", "Moin"))
    ran = grade("--patch", "b.diff", "--junit", "b.xml", **{"b.diff": broken})
    assert ran.code == 1
    assert "tests: 1 passed before and do not pass now: test_greeter::test_other_languages" in ran.out
    suite = fromstring((bench.root / "b.xml").read_text(encoding="utf-8")).find("testsuite")
    assert (suite.get("failures"), suite.get("errors")) == ("1", "0")
    lenient = grade("--patch", "b.diff", "--require", "diff-size")
    assert lenient.code == 0, "it is told, and need not pass"
    assert grade("--patch", "b.diff", "--require", "diff-size", "--added", "1").code == 0


def test_tests_can_be_demanded_and_a_plain_diff_on_stdin_is_a_patch(grade, monkeypatch) -> None:
    lines = NEW_TEST.splitlines(keepends=True)
    plain = f"--- old/test_new.py\n+++ new/test_new.py\n@@ -0,0 +1,{len(lines)} @@\n"
    plain += "".join(f"+{line}" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(plain.encode())))
    ran = grade("--patch", "-", "--added", "1")
    assert (ran.code, ran.err) == (0, "")
    assert "tests added: 1" in ran.out
    few = grade("--patch", "p.diff", "--added", "2", **{"p.diff": plain})
    assert few.code == 1
    assert "tests: only 1 tests were added that pass" in few.out


def test_a_branch_is_measured_from_where_it_left(bench, grade) -> None:
    folder = bench.root / SOURCE
    change(bench)
    git(folder, "checkout", "-q", "-b", "work")
    (folder / "test_new.py").write_text(NEW_TEST, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "work")
    git(folder, "checkout", "-q", "main")
    (folder / "test_greeter.py").write_text("def test_other():\n    pass\n", encoding="utf-8")
    git(folder, "commit", "-q", "-am", "main goes on")
    ran = grade("--base", "main", "--branch", "work", "--added", "1")
    assert (ran.code, ran.err) == (0, "")
    assert "tests added: 1; added tests that fail: 0; flaky tests: 0; tests broken: 0" in ran.out
    git(folder, "worktree", "add", "-q", str(bench.root / "fixtures/projects/added"), "work")
    bench.edit(SPEC, "fixtures/projects/greeter", "fixtures/projects/added")
    assert grade("--base", "main", "--branch", "HEAD", "--added", "1").out == ran.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--patch", "empty.diff"], "the patch is empty: there is nothing to grade"),
        (["--patch", "junk.diff"], "the patch does not apply to the project's source"),
        (["--patch", "other.diff"], "the patch does not apply to the project's source"),
        (["--patch", "outside.diff"], "the patch does not apply to the project's source"),
        (["--patch", "git.diff"], "the patch does not apply to the project's source"),
        (["--patch", "bytes.diff"], "the patch does not apply to the project's source"),
        (["--patch", "no.diff"], "'no.diff' does not exist"),
        (["--patch", "specs"], "'specs' is a directory"),
        ([], "give either --patch or --branch"),
        (["--patch", "junk.diff", "--branch", "x"], "give either --patch or --branch"),
        (["--branch", "x"], "--branch and --base belong together"),
        (["--branch", "x", "--base", "y"], "is not in a git repository"),
        (["--patch", "junk.diff", "--require", "test"], "no grader 'test', did you mean 'tests'?"),
        (["--patch", "junk.diff", "--added", "-1"], "-1 is not in the range"),
    ],
)
def test_what_cannot_be_graded_is_one_line_and_exit_code_2(grade, args, said) -> None:
    files = {
        "empty.diff": "",
        "junk.diff": "this is no patch\n",
        "other.diff": "--- a/greeter.py\n+++ b/greeter.py\n@@ -1 +1 @@\n-other\n+new\n",
        "git.diff": "--- /dev/null\n+++ b/.git/hooks/post-checkout\n@@ -0,0 +1 @@\n+new\n",
        "bytes.diff": "\0\1\x7f" * 1000,
        "outside.diff": "--- /dev/null\n+++ b/../../out.py\n@@ -0,0 +1 @@\n+new\n",
    }
    ran = grade(*args, **files)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.err.count("Error: ") == 1


def test_a_project_that_is_broken_and_a_spec_that_is_none(bench, grade) -> None:
    ran = bench.run("grade", "--project", "specs/hello.yaml", "--patch", SPEC, "--offline")
    assert ran.code == 2
    assert ran.err.startswith("specs/hello.yaml:")
    change = {"p.diff": f"--- /dev/null\n+++ b/test_new.py\n@@ -0,0 +1 @@\n+{'#'}\n"}
    bench.edit(SPEC, "truth:", "commands: {setup: exit 3}\ntruth:")
    ran = grade("--patch", "p.diff", **change)
    assert ran.code == 2
    assert "error: invalid case: before anything is added: the setup script failed" in ran.err


def test_a_patch_may_mend_a_test_that_fails(bench, grade) -> None:
    bench.edit(f"{SOURCE}/test_greeter.py", "Hello, Ada!", "Moin, Ada!")
    wrong = (bench.root / SOURCE / "test_greeter.py").read_text(encoding="utf-8").splitlines(keepends=True)
    right = [line.replace("Moin, Ada!", "Hello, Ada!") for line in wrong]
    diff = "".join(unified_diff(wrong, right, "a/test_greeter.py", "b/test_greeter.py"))
    ran = grade("--patch", "p.diff", **{"p.diff": diff})
    assert (ran.code, ran.err.count("Traceback")) == (0, 0), ran.err
