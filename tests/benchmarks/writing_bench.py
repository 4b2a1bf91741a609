"""A small test-writing benchmark in a folder of its own: a till with two source files, tested by unittest."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
from pathlib import Path
from typing import Any

import msgspec

from specrun.cli.main import main
from specrun.results.codec import decode
from specrun.results.model import Results, Score, Trial

TILL = '''\
"""A till: what is owed, what is given, what comes back."""

COINS = (5, 2, 1)


def total(prices):
    return sum(prices)


def change(owed, given):
    left = given - owed
    if left < 0:
        raise ValueError("not enough")
    coins = []
    for coin in COINS:
        coins += [coin] * (left // coin)
        left %= coin
    return coins
'''

TAG = """\
def tag(name, price):
    if price is None:
        return name
    return f"{name}: {price}"
"""

OLD_TESTS = """\
import unittest

import till


class Total(unittest.TestCase):
    def test_total(self):
        self.assertEqual(till.total([1, 2]), 3)
"""

GOOD_TESTS = """\
import unittest

import till


class Change(unittest.TestCase):
    def test_coins(self):
        self.assertEqual(till.change(1, 10), [5, 2, 2])

    def test_nothing(self):
        self.assertEqual(till.change(3, 3), [])

    def test_not_enough(self):
        with self.assertRaises(ValueError):
            till.change(2, 1)
"""
"""Asserting tests: all eight missed lines of till.py run, and it matters what they do."""

NEW = "tests/test_change.py"

FILES = {"till.py": TILL, "tag.py": TAG, "tests/__init__.py": "", "tests/test_till.py": OLD_TESTS}

GRADERS = ["patch", "tests", "coverage-gain", "diff-size", "duplication", "usage"]

PLATFORM: dict[str, Any] = {
    "specrun": 1,
    "kind": "platform",
    "id": "unittest",
    "language": "python",
    "tools": {"python": ["tap.py", "coverage"]},
    "commands": {
        "test": "mkdir -p .out\npython -m tap discover -b | tee .out/tests.tap",
        "report": {"format": "tap", "path": ".out/tests.tap"},
        "coverage": "mkdir -p .out\ncode=0\n"
        "python -m coverage run --branch --source=. --data-file=.out/data -m tap discover -b || code=$?\n"
        "python -m coverage json -q -i --data-file=.out/data -o .out/coverage.json\nexit $code",
        "coverage_report": {"format": "coverage-json", "path": ".out/coverage.json"},
    },
    "paths": {
        "source": ["*.py"],
        "tests": ["tests/"],
        "ignore": ["__pycache__/", ".out/"],
        "protected": ["conftest.py", "setup.cfg"],
    },
}

PROJECT: dict[str, Any] = {
    "specrun": 1,
    "kind": "project",
    "id": "till",
    "platform": "platform.yaml",
    "source": {"path": "till"},
    "truth": {"tests_present": True, "frameworks": ["unittest"]},
    "writing": {"files": [{"id": "till", "source": "till.py", "test": NEW}]},
}

SPEC: dict[str, Any] = {
    "specrun": 1,
    "kind": "test-writing",
    "id": "it",
    "title": "It",
    "agents": ["agents/nop.yaml"],
    "projects": ["till.yaml"],
    "graders": GRADERS,
    "passing": ["patch", "tests", "coverage-gain"],
    "reruns": 2,
    "limits": {"agent": {"wall": "1m"}, "grade": {"wall": "1m"}},
    "seed": 1,
}


class Ran(msgspec.Struct, frozen=True):
    """What a command came to."""

    code: int
    out: str
    err: str


class Writing:
    """A benchmark with the agent `nop`; more agents, files and keys are added to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spec = copy.deepcopy(SPEC)
        self.project = copy.deepcopy(PROJECT)
        self.platform = copy.deepcopy(PLATFORM)
        for path, text in FILES.items():
            self.file(path, text)
        self.write("agents/nop.yaml", {"specrun": 1, "kind": "agent", "id": "nop", "type": "nop"})

    def file(self, path: str, text: str | bytes) -> Path:
        """Put a file into the project's source."""
        return self.put(f"till/{path}", text)

    def put(self, path: str, text: str | bytes) -> Path:
        """Put a file beside the specs."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def write(self, path: str, data: dict[str, Any]) -> None:
        """Write a spec; JSON is YAML."""
        self.put(path, json.dumps(data, indent=1))

    def agent(self, name: str, *steps: dict[str, str] | str, **keys: Any) -> None:
        """One more agent: with these steps, of which a text is a script, or with these keys."""
        body = {
            "type": "script",
            "steps": [{"run": each} if isinstance(each, str) else each for each in steps],
        }
        self.write(f"agents/{name}.yaml", {"specrun": 1, "kind": "agent", "id": name, **(keys or body)})
        self.spec["agents"].append(f"agents/{name}.yaml")

    def writer(self, name: str, tests: str, *more: dict[str, str] | str) -> None:
        """One more agent, which writes a test file, and does what else is said."""
        self.agent(name, {"write": NEW, "content": tests}, *more)

    def call(self, *args: str) -> Ran:
        """Write the specs and run specrun in this process."""
        self.write("it.yaml", self.spec)
        self.write("till.yaml", self.project)
        self.write("platform.yaml", self.platform)
        before = Path.cwd()
        os.chdir(self.root)
        try:
            with (
                contextlib.redirect_stdout(io.StringIO()) as out,
                contextlib.redirect_stderr(io.StringIO()) as err,
            ):
                try:
                    main(list(args))
                except SystemExit as ended:
                    return Ran(int(ended.code or 0), out.getvalue(), err.getvalue())
        finally:
            os.chdir(before)
        raise AssertionError("main always exits")

    def run(self, *args: str, code: int = 0) -> Results:
        """Run the benchmark; the results that it wrote."""
        ran = self.call("it.yaml", "--offline", "-q", *args)
        assert ran.code == code, ran.err
        return self.results

    @property
    def results(self) -> Results:
        """What the last run wrote."""
        return decode((self.root / "reports/it/results.json").read_bytes())

    def problems(self) -> list[str]:
        """What `validate` says."""
        ran = self.call("validate", "it.yaml")
        assert ran.code == 2, ran.out
        return ran.err.splitlines()


def trial(results: Results, agent: str, case: str | None = None) -> Trial:
    """The trial of an agent, on the only case unless one is named."""
    (found,) = (each for each in results.trials if each.agent == agent and case in (None, each.case))
    return found


def score(results: Results, agent: str, grader: str, case: str | None = None) -> Score:
    """What a grader says of an agent."""
    found = trial(results, agent, case).score(grader)
    assert found is not None
    return found
