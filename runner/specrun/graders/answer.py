"""The answer file of test-running: what an agent says of a project's tests. It is hostile input."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from specrun.graders.evidence import brief, listed
from specrun.spec.models.common import CoverageReport, Frameworks, TestReport
from specrun.spec.problems import SpecError
from specrun.spec.text import decode, parse

SCRIPT_LIMIT = 64 * 1024
"""Longest script, in bytes of UTF-8. The kernel takes 128 KiB for one argument of a command."""
ANSWER_FILE = "specrun-answer.yaml"
Section = TypeVar("Section", bound=msgspec.Struct)


class Detect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stage 1: whether there are tests, and for which frameworks they are written."""

    tests_present: bool
    frameworks: Frameworks = ()


class Setup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stage 2: how the tests are set up, run and measured. All empty where there are no tests."""

    setup_script: str = ""
    test_command: str = ""
    report: TestReport | None = None
    coverage_command: str = ""
    coverage_report: CoverageReport | None = None


class Answer(msgspec.Struct, frozen=True):
    """An answer file. A section that is missing or cannot be read is None, and `problems` says why."""

    detect: Detect | None = None
    setup: Setup | None = None
    problems: tuple[str, ...] = ()


def read_answer(content: bytes | None) -> Answer:
    """Read an answer file. Never raises: what cannot be read is a problem of the answer."""
    if content is None:
        return Answer(problems=("there is no answer file",))
    try:
        place = Path(ANSWER_FILE)
        data = parse(place, decode(place, content))
    except SpecError as error:
        return Answer(
            problems=tuple(f"the answer is not YAML: {problem.message}" for problem in error.problems)
        )
    if not isinstance(data, dict):
        return Answer(problems=("the answer is not a mapping",))
    unknown = data.keys() - {"detect", "setup"}
    problems = [f"unknown sections: {listed(unknown)}"] if unknown else []
    detect = _section(data, "detect", Detect, problems)
    setup = _section(data, "setup", Setup, problems)
    if setup is not None and (long := _too_long(setup)):
        setup = None
        problems.append(f"section 'setup': larger than {SCRIPT_LIMIT} bytes: {', '.join(long)}")
    return Answer(detect, setup, brief(problems))


def write_answer(detect: Detect, setup: Setup) -> bytes:
    """The answer file that says this, in YAML (as JSON, which YAML contains)."""
    return msgspec.json.format(msgspec.json.encode({"detect": detect, "setup": setup})) + b"\n"


def _too_long(setup: Setup) -> list[str]:
    """The scripts of a set-up that bash cannot be given. The kernel counts bytes, and so do we."""
    names = ("setup_script", "test_command", "coverage_command")
    return [name for name in names if len(getattr(setup, name).encode()) > SCRIPT_LIMIT]


def _section(data: dict[str, Any], name: str, model: type[Section], problems: list[str]) -> Section | None:
    if name not in data:
        problems.append(f"there is no section {name!r}")
        return None
    try:
        return msgspec.convert(data[name], model)
    except msgspec.ValidationError as error:
        problems.append(f"section {name!r}: {error}")
        return None
