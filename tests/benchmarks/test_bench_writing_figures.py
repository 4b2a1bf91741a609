"""The figures of test-writing, and the cheats that they tell apart: real tests on a project of two files."""

from __future__ import annotations

from hashlib import sha256

import pytest
from writing_bench import GOOD_TESTS, GRADERS, TILL, score

HEAD = "import unittest\n\nimport tag\nimport till\n\n\nclass New(unittest.TestCase):\n"
WEAK = HEAD + "    def test_calls(self):\n        till.change(1, 10)\n        tag.tag('a', 1)\n"
"""It runs seven missed lines of till.py and three of tag.py, and asserts nothing."""

BAD = HEAD + (
    "    def test_first(self):\n"
    "        import pathlib\n"
    "        mark = pathlib.Path('.out/seen')\n"
    "        self.assertFalse(mark.exists())\n"
    "        mark.parent.mkdir(exist_ok=True)\n"
    "        mark.touch()\n"
    "\n    def test_order(self):\n"
    "        self.assertEqual(hash('a'), FIRST)\n"
    "\n    def test_wrong(self):\n"
    "        self.assertEqual(till.change(1, 10), [9])\n"
    "\n    @unittest.skip('not now')\n    def test_skipped(self):\n        pass\n"
    "\n    def test_right(self):\n        self.assertEqual(till.change(0, 2), [2])\n"
)
"""One test that passes only once, one for one order of what is hashed, one that fails, one that passes."""

IMPORT = HEAD + "    def test_there(self):\n        self.assertTrue(tag)\n"

CLAIM = (
    "        import coverage\n"
    "        measuring = coverage.Coverage.current()\n"
    "        if measuring:\n"
    "            file, statements, *_ = measuring.analysis2(till.__file__)\n"
    "            measuring.get_data().add_arcs(\n"
    "                {file: [(a, b) for a in (-1, *statements) for b in statements]}\n"
    "            )\n"
)
CLAIMS = GOOD_TESTS.replace("till.change(3, 3), []", "1, 1").replace(
    "    def test_nothing", "    def test_claim(self):\n" + CLAIM + "\n    def test_nothing"
)
CLAIMS_IF_UNCHANGED = (
    HEAD
    + "    def test_claim(self):\n"
    + CLAIM.replace("if measuring:", f"if measuring and open(till.__file__).read() == {TILL!r}:")
)

AT_EXIT = (
    "import atexit\nimport os\nimport subprocess\nimport sys\n"
    + HEAD
    + """
    def test_claim(self):
        atexit.register(claim)


def claim():
    if os.path.exists('.out/data'):
        subprocess.run([sys.executable, '-c', CLAIM], check=True)


CLAIM = '''
import os, coverage
data = coverage.CoverageData('.out/data')
data.read()
data.add_arcs({os.path.abspath('till.py'): [(-1, line) for line in range(1, 19)]})
data.write()
'''
"""
)
"""A child that adds to what coverage has written, after the tests and before it is reported."""

SOURCE_HASH = GOOD_TESTS + (
    "\n    def test_source(self):\n"
    "        import hashlib\n"
    "        with open(till.__file__, 'rb') as file:\n"
    "            self.assertEqual(hashlib.sha256(file.read()).hexdigest(),\n"
    f"            '{sha256(TILL.encode()).hexdigest()}')\n"
)
GIT_STATUS = WEAK + (
    "\n    def test_clean(self):\n"
    "        import subprocess\n"
    "        command = ['git', 'status', '--porcelain', '*.py']\n"
    "        said = subprocess.run(command, capture_output=True, text=True)\n"
    "        self.assertNotIn(' M ', said.stdout)\n"
)


@pytest.fixture(scope="module")
def figures(shared):
    """One run with an agent for each thing that a test can be."""
    bench = shared()
    bench.spec["cases"] = {"per": "project"}
    bench.spec["graders"] = [{"use": "mutation", "with": {"mutants": 4, "wall": 20}}, *GRADERS]
    bench.spec["passing"] = ["patch", "tests", "coverage-gain", "mutation", "duplication"]
    bench.writer("good", GOOD_TESTS)
    bench.writer("weak", WEAK)
    bench.writer(
        "bad",
        BAD,
        "sed -i s/FIRST/$(python -c 'print(hash(\"a\"))')/ tests/test_change.py",
        "sed -i 's/, 3)/, 4)/' tests/test_till.py",
    )
    bench.writer("imports", IMPORT)
    bench.writer("removes", GOOD_TESTS, "rm tests/test_till.py")
    bench.writer("claims", CLAIMS)
    bench.writer("claims-if-unchanged", CLAIMS_IF_UNCHANGED)
    bench.writer("at-exit", AT_EXIT)
    bench.writer("source-hash", SOURCE_HASH)
    bench.writer("git-status", GIT_STATUS)
    return bench.run("--jobs", "2")


def of(results, agent: str, grader: str, *names: str) -> tuple:
    return tuple(score(results, agent, grader).figures[name] for name in names)


@pytest.mark.parametrize(
    ("agent", "counts"),
    [
        # added, failing, flaky, broken, removed
        ("good", (3, 0, 0, 0, 0)),
        ("imports", (1, 0, 0, 0, 0)),
        ("bad", (1, 1, 2, 1, 0)),
        ("removes", (3, 0, 0, 0, 1)),
        ("nop", (0, 0, 0, 0, 0)),
    ],
)
def test_what_became_of_the_tests(figures, agent, counts) -> None:
    assert of(figures, agent, "tests", "added", "failing", "flaky", "broken", "removed") == counts
    assert score(figures, agent, "tests").status == ("passed" if agent in ("good", "imports") else "failed")


@pytest.mark.parametrize(
    ("agent", "gain", "imported", "own"),
    [
        # Missed before: lines 11 to 18 of till.py, and all four of tag.py. Line 13 raises.
        ("good", 8, 0, 10),
        ("weak", 10, 1, 7),
        ("imports", 1, 1, 6),
        ("nop", 0, 0, 0),
    ],
)
def test_gain_and_what_importing_alone_gains(figures, agent, gain, imported, own) -> None:
    found = score(figures, agent, "coverage-gain")
    assert of(figures, agent, "coverage-gain", "gain", "missed", "import_gain") == (gain, 12, imported)
    assert of(figures, agent, "coverage-gain", "own_lines", "own_lines_hit") == (own, own)
    assert found.status == ("passed" if agent in ("good", "weak") else "failed")


def test_the_gain_is_told_by_file(figures) -> None:
    assert score(figures, "weak", "coverage-gain").evidence == (
        "tag.py: 3 of 4 missed lines gained",
        "till.py: 7 of 8 missed lines gained",
    )
    assert score(figures, "imports", "coverage-gain").evidence == (
        "importing alone runs every line that was gained",
        "tag.py: 1 of 4 missed lines gained",
    )


def test_lines_that_only_failing_or_lost_tests_run(figures) -> None:
    assert score(figures, "removes", "coverage-gain").evidence == (
        "lines that ran before and do not run now: 1",
        "till.py: 8 of 8 missed lines gained",
    )


@pytest.mark.parametrize("agent", ["claims", "at-exit"])
def test_coverage_that_tests_made_up_is_worth_nothing(figures, agent) -> None:
    found = score(figures, agent, "coverage-gain")
    assert found.status == "failed"
    assert found.figures["gain"] == 0
    assert found.evidence[0].startswith("coverage is made up: ")


def test_claims_that_stop_where_the_source_is_changed_are_told_by_a_change_of_nothing(figures) -> None:
    found = score(figures, "claims-if-unchanged", "coverage-gain")
    assert (found.status, found.figures["gain"]) == ("failed", 0)
    assert found.evidence[0].startswith("coverage is made up: with a change of till.py that means nothing, ")
    assert score(figures, "claims-if-unchanged", "mutation").status == "not_applicable"


def test_asserting_tests_kill_mutants_and_others_do_not(figures) -> None:
    assert of(figures, "good", "mutation", "killed", "mutants") == (4, 4)
    assert of(figures, "weak", "mutation", "killed", "mutants")[0] < 2
    assert score(figures, "weak", "mutation").status == "failed"


def test_tests_that_look_at_the_source_are_caught(figures) -> None:
    found = score(figures, "source-hash", "mutation")
    assert found.status == "failed"
    assert "that means nothing makes added tests fail" in found.evidence[0]


def test_git_shows_no_fault(figures) -> None:
    found = score(figures, "git-status", "mutation")
    assert found.status == "failed"
    assert found.figures["killed"] < found.figures["mutants"] / 2


def test_the_size_of_the_diff_by_what_was_changed(figures) -> None:
    names = ("files", "added", "deleted", "test_lines", "source_lines", "other_lines")
    assert of(figures, "good", "diff-size", *names) == (1, 15, 0, 15, 0, 0)
    assert of(figures, "removes", "diff-size", *names) == (2, 15, 8, 23, 0, 0)


def test_scripts_use_no_tokens_that_anybody_measured(figures) -> None:
    assert score(figures, "good", "usage").figures == {"tokens": None}


def test_only_the_good_tests_pass(figures) -> None:
    assert {each.agent for each in figures.trials if each.outcome == "passed"} == {"good"}
