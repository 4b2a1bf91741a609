"""Fixtures as plain data, and benchmarks made of them that are run by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from specrun.cli.main import main
from specrun.context.material import Material, make
from specrun.results.codec import decode
from specrun.results.model import Results
from specrun.spec.models.context_fixture import ContextFixture

GRADERS = ["context-answer", "context-evidence", "context-checks", "context-cost"]
NUMBERED = {"lines": {"count": 12, "text": "line ${n:02}", "replace": [{"line": 7, "text": "key=found"}]}}
GREP = {"calls": [{"grep": "out", "query": "key="}], "answer": {"find": "key=(.+)"}}
TAIL = {"calls": [{"tail": "out", "lines": 2}], "answer": {"find": "key=(.+)"}}


def declared(**changes: Any) -> dict[str, Any]:
    """A fixture that says something: twelve lines, the seventh is wanted, and five are too many to show."""
    return {
        "specrun": 1,
        "kind": "context-fixture",
        "id": "small",
        "title": "Small",
        "prompt": "What is the key?",
        "payloads": {"it": NUMBERED},
        "artifacts": [{"id": "out", "kind": "command_stdout", "payload": "it"}],
        "store": {"spill": {"lines": 5, "chars": 400}},
        "arms": {"capped": {"context": "capped"}, "reference": {"context": "reference"}},
        "baseline": "capped",
        "policies": {"grep": GREP, "tail": TAIL},
        "expect": {"answer": "found", "evidence": {"out": [7]}},
        "mutants": {"wrong": {"of": "grep", "arm": "reference", "answer": {"text": "lost"}}},
        **changes,
    }


def fixture(**changes: Any) -> ContextFixture:
    """The same, typed."""
    return msgspec.convert(declared(**changes), ContextFixture, dec_hook=_text)


def _text(kind: Any, value: str) -> Any:
    assert kind.accepts(value)
    return kind(value)


def holding(temporary: Path, *contents: bytes, **changes: Any) -> Material:
    """Artifacts `a0`, `a1` and so on of these bytes."""
    names = [f"a{number}" for number in range(len(contents))]
    payloads = {
        name: {"hex": content.hex()} if content else {"literal": ""}
        for name, content in zip(names, contents, strict=True)
    }
    artifacts = [{"id": name, "kind": "tool_output", "payload": name} for name in names]
    return make(fixture(payloads=payloads, artifacts=artifacts, **changes), Path(), temporary)


class Benchmark:
    """A context benchmark in a folder of its own."""

    def __init__(self, root: Path, *fixtures: dict[str, Any], **changes: Any) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        names = [f"{number}.yaml" for number in range(len(fixtures))]
        for name, data in zip(names, fixtures, strict=True):
            self.write(name, data)
        spec = {
            "specrun": 1,
            "kind": "context",
            "id": "it",
            "title": "It",
            "fixtures": names,
            "graders": GRADERS,
            "passing": ["context-answer"],
            "limits": {"calls": 20},
            "seed": 0,
            **changes,
        }
        self.write("it.yaml", spec)

    def write(self, name: str, data: dict[str, Any]) -> None:
        """Write a file; JSON is YAML."""
        (self.root / name).write_text(json.dumps(data, indent=1), encoding="utf-8")

    def start(self, *args: str, **env: str) -> subprocess.Popen[str]:
        """Start specrun as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "specrun", *args],
            cwd=self.root,
            env={**os.environ, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *args: str) -> int:
        """Run specrun in this process; its exit code."""
        before = Path.cwd()
        os.chdir(self.root)
        try:
            main(list(args))
        except SystemExit as ended:
            return int(ended.code or 0)
        finally:
            os.chdir(before)
        raise AssertionError("main always exits")

    def run(self, *args: str) -> Results:
        """Run the benchmark in this process."""
        assert self.call("it.yaml", "--offline", "-q", *args) == 0
        return self.results

    def run_broken(self) -> Results:
        """Run the benchmark, of which a fixture is broken: that is an error, and is reported."""
        assert self.call("it.yaml", "--offline", "-q") == 2
        return self.results

    @property
    def results(self) -> Results:
        """What the last run wrote."""
        return decode((self.root / "reports/it/results.json").read_bytes())

    @property
    def reports(self) -> dict[str, bytes]:
        """The files of the last report."""
        return {file.name: file.read_bytes() for file in sorted((self.root / "reports/it").iterdir())}


def outcomes(results: Results) -> dict[str, str]:
    """Trial to outcome."""
    return {trial.name.removesuffix("/1"): trial.outcome for trial in results.trials}


def figure(results: Results, trial: str, name: str) -> Any:
    """A figure of the cost of a trial."""
    found = next(each for each in results.trials if each.name == f"{trial}/1")
    score = found.score("context-cost")
    assert score is not None
    return score.figures[name]
