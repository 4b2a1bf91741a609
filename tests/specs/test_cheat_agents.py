"""The agents that fool naive harnesses, run as processes: each does what it is there to show."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHEATS = ROOT / "specs/agents/cheats"
SOURCE, TEST = "src/slotbook/interval.py", "tests/test_interval.py"


class Project:
    """A copy of a fixture project without the tests of one file."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(ROOT / "fixtures/projects/slotbook", folder)
        self.test.unlink()

    @property
    def test(self):
        return self.folder / TEST

    @property
    def source(self):
        return self.folder / SOURCE

    def run(self, *command, seed="0"):
        # What the suite itself is started with is not for the suites that it starts.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        environment = {**inherited, "PYTHONPATH": "src", "PYTHONHASHSEED": seed}
        command = [sys.executable, "-B", *command]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def passes(self, seed="0"):
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", TEST, seed=seed).returncode == 0

    def covered(self, *options):
        """The lines of the source that coverage.py says are hit by the new tests."""
        arguments = ["--source=src", *options, "-m", "pytest", "-p", "no:cacheprovider", TEST]
        self.run("-m", "coverage", "run", *arguments)
        self.run("-m", "coverage", "json", "-o", "coverage.json")
        report = json.loads((self.folder / "coverage.json").read_text())
        return len(report["files"][SOURCE]["executed_lines"]), report["files"][SOURCE]["summary"]


@pytest.fixture
def cheat(tmp_path):
    """Run the named agent on the project, as its spec says."""

    def run(name):
        project = Project(tmp_path / "slotbook")
        spec = yaml.safe_load((CHEATS / f"{name}.yaml").read_text())
        home = tmp_path / "home"
        for file in spec["files"]:
            path = Path(file["path"].replace("${home}", str(home)))
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHEATS / file["source"], path)
        values = {"${home}": str(home), "${case.source}": SOURCE, "${case.test}": TEST}
        words = spec["run"]["command"]
        for name, value in values.items():
            words = [word.replace(name, value) for word in words]
        done = project.run(*words[1:])
        assert (done.returncode, done.stderr) == (0, "")
        return project

    return run


def test_every_cheat_has_its_test():
    tested = set(re.findall(r'cheat\("([a-z-]+)"\)', Path(__file__).read_text()))
    assert tested == {path.stem for path in CHEATS.glob("*.yaml")}


def test_asserts_nothing_passes_whatever_the_code_does(cheat):
    project = cheat("asserts-nothing")
    assert project.passes()
    covered, summary = project.covered()
    assert covered > summary["num_statements"] / 2
    text = project.source.read_text()
    project.source.write_text(re.sub(r"return .*", "return None", text))
    assert project.passes()


def test_imports_only_calls_nothing(cheat):
    project = cheat("imports-only")
    assert project.passes()
    project.source.write_text(
        re.sub(r"(?m)^    return .*", "    raise RuntimeError", project.source.read_text())
    )
    assert project.passes()


def test_edits_source_leaves_nothing_to_cover(cheat):
    project = cheat("edits-source")
    assert project.passes()
    assert "pragma: no cover" in project.source.read_text()
    assert project.covered()[1]["percent_covered"] == 100


def test_duplicates_differ_in_nothing_but_their_names(cheat):
    project = cheat("duplicates")
    assert project.passes()
    bodies = re.split(r"def test_values_\d+", project.test.read_text())[1:]
    assert len(bodies) == 30
    assert len({body.strip() for body in bodies}) == 1


def test_flaky_holds_for_one_hash_seed(cheat):
    project = cheat("flaky")
    assert [project.passes(seed) for seed in "012"] == [True, False, False]


def test_deletes_tests_leaves_its_own(cheat):
    project = cheat("deletes-tests")
    assert [path.name for path in (project.folder / "tests").glob("test_*.py")] == [project.test.name]
    assert project.passes()


def test_huge_diff_reads_none_of_its_data(cheat):
    project = cheat("huge-diff")
    text = project.test.read_text()
    assert text.count("\n") > 3000
    assert text.count("TABLE") == 1
    assert project.passes()


@pytest.mark.parametrize("options", [(), ("--branch",)])
def test_fakes_coverage_makes_coverage_py_report_everything(cheat, options):
    project = cheat("fakes-coverage")
    assert project.passes()
    assert project.covered(*options)[1]["missing_lines"] == 0
    project.source.write_text(project.source.read_text() + "\n\ndef never_called():\n    return 1\n")
    assert project.covered(*options)[1]["missing_lines"] == 0
