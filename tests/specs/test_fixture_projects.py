"""What the project specs claim of the fixture projects is what really happens, here and now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.measure.arithmetic import source_coverage
from specrun.measure.coverage import read_coverage
from specrun.measure.paths import Matcher
from specrun.measure.reports import TestRun
from specrun.measure.tests import read_tests
from specrun.spec.effective import effective_project
from specrun.spec.library import Library
from specrun.spec.models.project import Project

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures/projects"
SPECS = sorted((ROOT / "specs/projects").glob("*.yaml"))

NEEDS = {"node-test": pytest.mark.needs_node, "c-make": pytest.mark.needs_gcc}
"""The marker of the projects of a platform that needs more than Python."""


def load(name: str) -> Project:
    """A project with its platform's commands and paths under its own."""
    path = ROOT / "specs/projects" / f"{name}.yaml"
    return effective_project(Library(ROOT).resolve(path, kind="project"))


def cases() -> list[object]:
    """Every project with tests, marked with what it needs."""
    projects = [load(path.stem) for path in SPECS]
    return [
        pytest.param(project, id=project.id, marks=NEEDS.get(Path(str(project.platform)).stem, ()))
        for project in projects
        if project.truth.tests_present
    ]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Copy:
    """A fresh copy of a fixture project, in which its commands can be run."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.folder = folder / "project"
        leftovers = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".specrun-report")
        shutil.copytree(FIXTURES / project.id, self.folder, ignore=leftovers)
        self.delivered = content(self.folder)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.env = {"PATH": path, "HOME": str(folder), "TMPDIR": str(folder), **fixed, **project.env}

    def run(self, script: str | None) -> int:
        """Run a script of the project; its exit code."""
        command = ["bash", "-c", f"set -euo pipefail\n{script or ''}"]
        return subprocess.run(command, cwd=self.folder, env=self.env, check=False).returncode

    def test(self) -> TestRun:
        """Set the project up and run its tests. The exit code must say what the report says."""
        commands = self.project.commands
        assert self.run(commands.setup) == 0
        code = self.run(commands.test)
        assert commands.report is not None
        report = read_tests(commands.report.format, (self.folder / commands.report.path).read_bytes())
        assert (code != 0) == (report.broken > 0)
        return report

    def covered_lines(self) -> int:
        """Run the coverage command; the executable source lines that were hit."""
        commands = self.project.commands
        code = self.run(commands.coverage)
        assert (code != 0) == (self.project.truth.failing_tests > 0)
        assert commands.coverage_report is not None
        data = (self.folder / commands.coverage_report.path).read_bytes()
        coverage = read_coverage(commands.coverage_report.format, data, str(self.folder))
        lengths = {path: len(text.splitlines()) for path, text in self.delivered.items()}
        return source_coverage(coverage, Matcher(self.project.paths), lengths.get).covered_lines


def test_every_fixture_project_has_its_spec() -> None:
    assert [path.name for path in sorted(FIXTURES.iterdir())] == [load(path.stem).id for path in SPECS]


@pytest.mark.parametrize("project", cases())
def test_truth(project: Project, tmp_path: Path) -> None:
    one, another = Copy(project, tmp_path / "one"), Copy(project, tmp_path / "another")
    tests = one.test()
    assert (tests.ran, tests.broken, one.covered_lines()) == (
        project.truth.expected_tests,
        project.truth.failing_tests,
        project.truth.covered_lines,
    )
    assert another.test() == tests, "the same tests give the same results"
    kind = Matcher(project.paths).kind
    assert one.delivered == {
        path: text for path, text in content(one.folder).items() if kind(path) != "ignored"
    }, "the commands leave nothing but ignored files"


def test_project_without_tests_has_none(tmp_path: Path) -> None:
    copy = Copy(load("logsift"), tmp_path)
    none_found = 5
    assert copy.run("python -m pytest --doctest-modules") == none_found


def test_generated_file_is_needed(tmp_path: Path) -> None:
    copy = Copy(load("tinycalc"), tmp_path)
    assert copy.run("python -m unittest discover") == 1
    assert copy.run("python tools/build_tables.py && python -m unittest discover") == 0


def test_samples_are_skipped_without_their_variable(tmp_path: Path) -> None:
    copy = Copy(load("jobgraph"), tmp_path)
    copy.run("cd lib; python -m tap discover jobgraph/test -t . > ../tests.tap")
    tests = read_tests("tap", (copy.folder / "tests.tap").read_bytes())
    assert len(tests.ids("skipped")) == 4
    assert tests.ran == 16


def test_monorepo_needs_more_than_pytest(tmp_path: Path) -> None:
    copy = Copy(load("parcelkit"), tmp_path)
    assert copy.run("python -m pytest") != 0
    assert copy.run("PYTHONPATH=packages/rates:packages/labels python -m pytest") != 0


@pytest.mark.needs_node
def test_plain_node_finds_no_spec_files(tmp_path: Path) -> None:
    copy = Copy(load("dotvars"), tmp_path)
    copy.run("node --test --test-reporter=tap > tests.tap || true")
    assert read_tests("tap", (copy.folder / "tests.tap").read_bytes()).ran == 0
