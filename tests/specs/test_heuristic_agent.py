"""The heuristic agent, run as a process on small projects, one for each rule, and on the shipped fixtures."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "specs/agents/heuristic/heuristic.py"
FIXTURES = sorted(path.name for path in (ROOT / "fixtures/projects").iterdir() if path.is_dir())
UNITTEST = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass\n"
PYTEST = "def test_a():\n    assert True\n"
GENERATING = """\
PY ?= python
.PHONY: test
out/t.py: in.txt gen.py
	@$(PY) gen.py $< $@
test: out/t.py
	pytest
"""
ANSWER = "specrun-answer.yaml"


def start(project, stage="setup", *, env=None, path=None):
    command = [sys.executable, "-B", str(AGENT), "--stage", stage, "--answer", ANSWER]
    environment = {**os.environ, "PYTHONPATH": str(path or ""), **(env or {})}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def ask(tmp_path):
    """Write a project and return the agent's answer; `tools` are modules that are not installed here."""

    def ask(files, *, stage="setup", env=None, tools=()):
        project, extra = tmp_path / "project", tmp_path / "extra"
        extra.mkdir(exist_ok=True)
        for name in tools:
            (extra / f"{name}.py").touch()
        project.mkdir(exist_ok=True)
        for name, content in files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(content)
        done = start(project, stage, env=env, path=extra)
        assert (done.returncode, done.stderr) == (0, "")
        return yaml.safe_load((project / ANSWER).read_text())

    return ask


def frameworks(answer):
    assert answer["detect"]["tests_present"] == bool(answer["detect"]["frameworks"])
    return answer["detect"]["frameworks"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, []),
        ({"a.py": "print(1)\n"}, []),
        ({"a.py": '"""\n>>> 1\n1\n"""\n'}, []),
        ({"tests/test_a.py": "import a\n"}, []),
        ({"tests/test_a.py": UNITTEST}, ["unittest"]),
        ({"test_a.py": PYTEST}, ["pytest"]),
        ({"a_test.py": "class TestA:\n    async def test_b(self): pass\n"}, ["pytest"]),
        ({"test_a.py": UNITTEST, "test_b.py": PYTEST}, ["pytest", "unittest"]),
        ({"test_a.py": f"import nose\n{PYTEST}"}, ["nose"]),
        (
            {"test_a.py": f"{UNITTEST}from doctest import DocTestSuite\nDocTestSuite\n"},
            ["doctest", "unittest"],
        ),
        ({"examples/test_a.py": PYTEST}, []),
        (
            {"test_a.py": PYTEST, "pytest.ini": "[pytest]\naddopts = --doctest-modules\n"},
            ["doctest", "pytest"],
        ),
        ({"spec_a.py": PYTEST, "setup.cfg": "[tool:pytest]\npython_files = spec_*.py\n"}, ["pytest"]),
        ({"test_a.py": "def it_is(): pass\n", "tox.ini": "[pytest]\npython_functions = it_*\n"}, ["pytest"]),
        ({"go.mod": "module a\n", "a_test.go": "package a\n"}, ["go-test"]),
        ({"go.mod": "module a\n", "a.go": "package a\n"}, []),
        ({"Cargo.toml": "", "src/lib.rs": "#[test]\nfn a() {}\n"}, ["cargo-test"]),
        ({"a.c": "", "CMakeLists.txt": "add_test(NAME a COMMAND a)\n"}, ["ctest"]),
        ({"a.cc": "#include <gtest/gtest.h>\n"}, ["gtest"]),
        ({"a.c": 'printf("ok %d", 1);', "Makefile": "check: a\n\t./a\n"}, ["tap"]),
        ({"a.c": "assert(1);", "Makefile": "test: a\n\t./a\n"}, ["custom"]),
        ({"a.c": "int main(void);", "Makefile": "all: a\n"}, []),
        ({"package.json": '{"scripts": {"test": "node --test"}}'}, ["node-test"]),
        ({"a.mjs": 'import test from "node:test";\n'}, ["node-test"]),
        ({"package.json": '{"devDependencies": {"vitest": "1"}}'}, ["vitest"]),
        ({"package.json": '{"scripts": {"test": "mocha"}}'}, ["mocha"]),
        ({"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'}, []),
    ],
)
def test_detects(ask, files, expected):
    answer = ask(files, stage="detect")
    assert frameworks(answer) == expected
    assert answer.keys() == {"detect"}


def test_the_first_stage_is_kept_in_the_second(ask):
    first = ask({"test_a.py": PYTEST}, stage="detect")
    assert ask({})["detect"] == first["detect"]


def test_a_project_without_tests_has_an_empty_setup(ask):
    assert ask({"a.py": ""}) == {"detect": {"tests_present": False, "frameworks": []}, "setup": {}}


@pytest.mark.parametrize(
    ("files", "test", "coverage"),
    [
        (
            {"tests/test_a.py": PYTEST, "pkg/__init__.py": ""},
            "python -m pytest tests --junitxml=.specrun-report/tests.xml",
            "coverage run --source=pkg -m pytest tests ||",
        ),
        (
            {"tests/test_a.py": PYTEST, "src/pkg/__init__.py": ""},
            "PYTHONPATH=src python -m pytest tests",
            "PYTHONPATH=src python -m coverage run --source=src/pkg",
        ),
        (
            {"test_a.py": PYTEST, "a.py": "", "pytest.ini": "[pytest]\ntestpaths = test_a.py\n"},
            "python -m pytest test_a.py",
            "--source=. --omit=",
        ),
        (
            {"test_a.py": PYTEST, "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-q --cov=pkg"\n'},
            "python -m pytest -o addopts=-q test_a.py",
            "-m pytest -o addopts=-q test_a.py ||",
        ),
        (
            {"test_a.py": PYTEST, ".coveragerc": "[run]\nparallel = True\n"},
            "python -m pytest",
            "python -m coverage combine\n",
        ),
        (
            {"tests/test_a.py": UNITTEST, "tests/__init__.py": ""},
            "python -m tap discover -b -s tests -t . > .specrun-report/tests.tap",
            "-m tap discover -b -s tests -t . ||",
        ),
        ({"tests/test_a.py": UNITTEST}, "python -m tap discover -b -s tests >", "-s tests ||"),
        ({"test_a.py": UNITTEST}, "python -m tap discover -b >", "-m tap discover -b ||"),
        ({"a_test.py": UNITTEST}, "python -m tap discover -b -p '*test*.py' >", "-p '*test*.py' ||"),
        (
            {"a/test_a.py": UNITTEST, "b/test_b.py": UNITTEST},
            "python -m tap -b a.test_a b.test_b >",
            "-m tap -b a.test_a b.test_b ||",
        ),
        (
            {"package.json": '{"scripts": {"test": "node --test test/"}}'},
            "node --test --test-reporter=junit --test-reporter-destination=.specrun-report/tests.xml test/",
            "--test-reporter=lcov",
        ),
        ({"a.c": "1..%d", "Makefile": "test: a\n"}, "make -s test | tee .specrun-report/tests.tap", "gcov"),
        ({"go.mod": "", "a_test.go": ""}, "go test -json ./... >", "-coverprofile="),
    ],
)
def test_says_how_tests_are_run(ask, files, test, coverage):
    setup = ask(files, tools=["tap"])["setup"]
    assert test in setup["test_command"]
    assert coverage in setup["coverage_command"]
    assert setup["setup_script"] == ""


@pytest.mark.parametrize(
    ("files", "steps"),
    [
        (
            {"Makefile": GENERATING},
            "python gen.py in.txt out/t.py\n",
        ),
        ({"Makefile": "generate:\n\tpython gen.py\ntest:\n\tpytest\n"}, "python gen.py\n"),
        ({"Makefile": "a: b\n\techo a\nb: a\n\techo b\ncheck: a\n"}, "echo b\necho a\n"),
        ({"Makefile": "generate:\n\tpip install x\n\t$(shell date)\n"}, ""),
        (
            {"README.md": "First:\n\n    $ python tools/gen.py --all\n", "tools/gen.py": ""},
            "python tools/gen.py --all\n",
        ),
        ({"README.md": "    python -m tools.build\n", "tools/build.py": ""}, "python -m tools.build\n"),
        ({"README.md": "    python missing_gen.py\n"}, ""),
    ],
)
def test_finds_what_has_to_be_generated(ask, files, steps):
    assert ask({"test_a.py": PYTEST, **files})["setup"]["setup_script"] == steps


def test_installs_what_is_missing_and_offered(ask, tmp_path):
    wheels = tmp_path / "my wheels"
    wheels.mkdir()
    for name in ("some_missing_thing-1.0", "unwanted_thing-2.0"):
        (wheels / f"{name}-py3-none-any.whl").touch()
    files = {"test_a.py": f"import json, own, some_missing_thing, not_offered\n{PYTEST}", "own.py": ""}
    answer = ask(files, env={"PIP_FIND_LINKS": wheels.as_uri()})
    assert answer["setup"]["setup_script"] == "python -m pip install --quiet some_missing_thing\n"


def test_what_it_says_works(ask, tmp_path):
    """An answer is followed, with a failing test: the reports are there, and the exit code says so."""
    files = {
        "src/pkg/__init__.py": "def f():\n    return 1\n",
        "tests/test_a.py": "from pkg import f\ndef test_a(): assert f()\ndef test_b(): assert f() == 0\n",
    }
    setup = ask(files)["setup"]
    scripts = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    env = {
        name: value for name, value in env.items() if not name.startswith(("COV_", "COVERAGE_", "PYTEST_"))
    }
    for command, report in (("test_command", "report"), ("coverage_command", "coverage_report")):
        argv = ["bash", "-c", "set -euo pipefail\n" + setup[command]]
        done = subprocess.run(
            argv, cwd=tmp_path / "project", env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stdout + done.stderr
        assert (tmp_path / "project" / setup[report]["path"]).stat().st_size > 0


@pytest.mark.parametrize("fixture", FIXTURES)
def test_answers_the_same_for_every_fixture_wherever_it_is(fixture, tmp_path):
    answers = []
    for place in ("one", "two"):
        project = shutil.copytree(ROOT / "fixtures/projects" / fixture, tmp_path / place, symlinks=True)
        before = sorted(project.rglob("*"))
        assert start(project).returncode == 0
        answers.append((project / ANSWER).read_text())
        assert sorted(project.rglob("*")) == sorted([*before, project / ANSWER])
    assert answers[0] == answers[1]
    answer = yaml.safe_load(answers[0])
    assert frameworks(answer) or answer["setup"] == {}


def broken_manifests(project):
    for name in (
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "pytest.ini",
        "package.json",
        "Makefile",
        "go.mod",
    ):
        (project / name).write_text("[[[ = {\n:\n")
    (project / "test_a.py").write_text("def test_(:\n")


def wrong_types(project):
    (project / "pyproject.toml").write_text("tool = 3\n")
    (project / "package.json").write_text('{"scripts": ["a"], "dependencies": 1, "devDependencies": null}')
    (project / "setup.cfg").write_text("[tool:pytest]\ntestpaths = $(reboot) ../.. ; ls\n")


def wrong_types_deeper(project):
    (project / "pyproject.toml").write_text("[tool]\npytest.ini_options = 7\ncoverage.run = []\n")
    (project / "package.json").write_text('{"scripts": {"test": {"a": 1}}}')


def binary_files(project):
    for name in ("test_a.py", "README.md", "Makefile", "pyproject.toml", "package.json", "a.c"):
        (project / name).write_bytes(bytes(range(256)) * 20)


def symlink_loops(project):
    (project / "loop").symlink_to(project, target_is_directory=True)
    (project / "test_a.py").symlink_to("test_a.py")
    (project / "pyproject.toml").symlink_to("/proc/self/environ")


def huge_files(project):
    (project / "test_a.py").write_bytes(b"x = 1\n" * 1_000_000)
    (project / "package.json").write_text("[" * 200_000)


def deep_syntax(project):
    (project / "a.py").write_text("(" * 5000 + ")" * 5000)
    (project / "b.py").write_text("-" * 100_000 + "1\n")
    (project / "pyproject.toml").write_text(f"a = {'[' * 5000}{']' * 5000}\n")


def no_permission(project):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (project / "closed").mkdir()
    (project / "closed").chmod(0)
    (project / "pyproject.toml").touch()
    (project / "pyproject.toml").chmod(0)


def special_files(project):
    os.mkfifo(project / "Makefile")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(project / "README.md"))


def odd_names(project):
    for name in (b"test_\xff.py", b"test_$(reboot).py", b"test_\n.py", b"test_'.py"):
        Path(os.fsdecode(os.fsencode(project) + b"/" + name)).write_text(PYTEST)


@pytest.mark.parametrize(
    "spoil",
    [
        broken_manifests,
        wrong_types,
        wrong_types_deeper,
        binary_files,
        symlink_loops,
        huge_files,
        deep_syntax,
        no_permission,
        special_files,
        odd_names,
    ],
)
def test_survives(tmp_path, spoil):
    spoil(tmp_path)
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    answer = yaml.safe_load((tmp_path / ANSWER).read_text())
    assert "reboot" not in str(answer)
    if (tmp_path / "closed").exists():
        (tmp_path / "closed").chmod(0o700)


def test_the_spec_delivers_every_file_of_the_program():
    spec = yaml.safe_load((ROOT / "specs/agents/heuristic.yaml").read_text())
    delivered = {file["source"] for file in spec["files"]}
    assert delivered == {f"heuristic/{path.name}" for path in AGENT.parent.glob("*.py")}
