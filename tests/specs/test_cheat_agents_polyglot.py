"""The agents for JavaScript and C that fool naive harnesses, run as processes: each does what it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from specrun.measure.coverage import read_coverage
from specrun.measure.tests import read_tests
from specrun.spec.effective import effective_project
from specrun.spec.library import Library

ROOT = Path(__file__).parents[2]
CHEATS = ROOT / "specs/agents/cheats/polyglot"


class Given(NamedTuple):
    """A case of the benchmark, and a fault in its source that no test notices but a new one."""

    project: str
    source: str
    test: str
    fault: tuple[str, str]


SIGNPOST = Given("signpost", "src/router.js", "test/router.test.js", ("search ? {", "!search ? {"))
DOTVARS = Given(
    "dotvars", "lib/expand.js", "spec/load.spec.js", ("value !== undefined", "value === undefined")
)
CSVSCAN = Given("csvscan", "src/csv.c", "tests/test_csv.c", ('"no error"', '"nothing"'))


class Worked:
    """A copy of a fixture project as the agent finds it, in which its commands can be run."""

    def __init__(self, given, folder):
        self.folder, self.fault = folder, given.fault
        path = ROOT / "specs/projects" / f"{given.project}.yaml"
        self.project = effective_project(Library(ROOT).resolve(path, kind="project"))
        shutil.copytree(ROOT / "fixtures/projects" / given.project, folder)
        for hidden in self.project.writing.hide:
            (folder / hidden).unlink()
        self.source, self.test = folder / given.source, folder / given.test

    def run(self, *command):
        # Without the variable Node believes that the tests below run inside of another run of its own.
        environment = {name: value for name, value in os.environ.items() if name != "NODE_TEST_CONTEXT"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def passed(self):
        """The tests that pass."""
        commands = self.project.commands
        self.run("bash", "-c", commands.test)
        return read_tests(commands.report.format, (self.folder / commands.report.path).read_bytes()).ids(
            "passed"
        )

    def notices_fault(self):
        """Put the fault into the source: does a test that passed fail?"""
        before = self.passed()
        text = self.source.read_text()
        assert self.fault[0] in text
        self.source.write_text(text.replace(*self.fault))
        return not before <= self.passed()

    def missed(self):
        """The lines of the source that the coverage report says are missed."""
        commands = self.project.commands
        self.run("bash", "-c", commands.coverage)
        data = (self.folder / commands.coverage_report.path).read_bytes()
        files = read_coverage(commands.coverage_report.format, data, str(self.folder)).files
        lines = files.get(self.source.relative_to(self.folder).as_posix())
        return [line for line, hits in lines.lines.items() if not hits] if lines else []


@pytest.fixture(
    params=[
        pytest.param(SIGNPOST, id="es-modules", marks=pytest.mark.needs_node),
        pytest.param(DOTVARS, id="commonjs", marks=pytest.mark.needs_node),
        pytest.param(CSVSCAN, id="c", marks=pytest.mark.needs_gcc),
    ]
)
def work(request, tmp_path):
    """The project as it is, and the function that runs the named agent on it, as its spec says."""
    given = request.param
    worked = Worked(given, tmp_path / given.project)

    def cheat(name):
        spec = yaml.safe_load((CHEATS / f"{name}-polyglot.yaml").read_text())
        home = tmp_path / "home"
        for file in spec["files"]:
            path = Path(file["path"].replace("${home}", str(home)))
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHEATS / file["source"], path)
        values = {"home": str(home), "case.source": given.source, "case.test": given.test}
        words = [
            re.sub(r"\$\{(.*?)\}", lambda found: values[found[1]], word) for word in spec["run"]["command"]
        ]
        done = worked.run(*words)
        assert (done.returncode, done.stderr) == (0, "")

    return worked, cheat


def test_every_polyglot_cheat_has_its_test():
    tested = set(re.findall(r'cheat\("([a-z-]+)"\)', Path(__file__).read_text()))
    assert {f"{name}-polyglot" for name in tested} == {path.stem for path in CHEATS.glob("*.yaml")}


def test_asserts_nothing_runs_the_fault_and_passes(work):
    project, cheat = work
    old = project.passed()
    cheat("asserts-nothing")
    assert project.passed() > old
    line = 1 + project.source.read_text().split(project.fault[0])[0].count("\n")
    assert line not in project.missed()
    assert not project.notices_fault()


def test_edits_source_leaves_less_to_cover_than_its_test_does(work):
    project, cheat = work
    text = project.source.read_text()
    cheat("edits-source")
    assert project.missed() == []
    project.source.write_text(text)
    assert project.missed() != []
    assert project.notices_fault()


def test_duplicates_differ_in_nothing_but_their_names(work):
    project, cheat = work
    cheat("duplicates")
    blocks = [block.rstrip("}\n") for block in project.test.read_text().split("\n\n") if "values-" in block]
    assert (len(blocks), len(set(blocks))) == (30, 30)
    assert len({re.sub(r"values-\d+", "values", block) for block in blocks}) == 1
    assert project.notices_fault()


def test_deletes_tests_leaves_its_own_and_passes(work):
    project, cheat = work
    old = project.passed()
    cheat("deletes-tests")
    kept = {name for name in project.passed() if "values" not in name}
    assert kept < old
    assert project.notices_fault()


def test_huge_diff_reads_none_of_its_data(work):
    project, cheat = work
    cheat("huge-diff")
    text = project.test.read_text()
    assert text.count('"row ') == 3000
    assert len(re.findall(r"\btable\b", text, re.IGNORECASE)) == 1
    assert project.notices_fault()
