"""The answer file: what the agent found, written as block YAML."""

from __future__ import annotations

import json
from dataclasses import dataclass

FOLDER = ".specrun-report"


@dataclass(frozen=True)
class Recipe:
    """How the tests are run. The reports are (format, file in FOLDER)."""

    setup: str
    test: str
    report: tuple[str, str]
    coverage: str
    coverage_report: tuple[str, str]

    def section(self) -> dict:
        """The answer's section `setup`."""
        return {
            "setup_script": self.setup,
            "test_command": self.test,
            "report": {"format": self.report[0], "path": f"{FOLDER}/{self.report[1]}"},
            "coverage_command": self.coverage,
            "coverage_report": {
                "format": self.coverage_report[0],
                "path": f"{FOLDER}/{self.coverage_report[1]}",
            },
        }


@dataclass(frozen=True)
class Finding:
    """What was found for one language. No recipe: there are tests, but no rule says how to run them."""

    frameworks: tuple[str, ...]
    recipe: Recipe | None = None


def script(*lines: str) -> str:
    """A shell script of these lines, without the empty ones."""
    return "".join(f"{line}\n" for line in lines if line)


def measured(run: str, *report: str) -> str:
    """A script that runs the tests, writes the report in any case, and keeps the tests' exit code."""
    return script(f"mkdir -p {FOLDER}", "status=0", f"{run} || status=$?", *report, "exit $status")


def to_yaml(value: dict, indent: str = "") -> str:
    """Block YAML for mappings of scripts, words, truth values, lists of words and mappings."""
    return "".join(f"{indent}{key}:{_item(item, indent)}" for key, item in value.items())


def _item(item: object, indent: str) -> str:
    if isinstance(item, dict) and item:
        return "\n" + to_yaml(item, indent + "  ")
    if isinstance(item, str) and item.endswith("\n") and item.isascii():
        return " |\n" + "".join(f"{indent}  {line}\n" for line in item.splitlines())
    return f" {json.dumps(item)}\n"
