"""The answer file of test-running: what an agent says of a project's tests. It is hostile input."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from specrun.spec.models.common import CoverageReport, Frameworks, TestReport
from specrun.spec.problems import SpecError
from specrun.spec.text import decode, parse

SCRIPT_LIMIT = 64 * 1024
PLACE = Path("specrun-answer.yaml")
Section = TypeVar("Section", bound=msgspec.Struct)
Script = Annotated[str, Meta(max_length=SCRIPT_LIMIT)]


class Detect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stage 1: whether there are tests, and for which frameworks they are written."""

    tests_present: bool
    frameworks: Frameworks = ()


class Setup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stage 2: how the tests are set up, run and measured. All empty where there are no tests."""

    setup_script: Script = ""
    test_command: Script = ""
    report: TestReport | None = None
    coverage_command: Script = ""
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
        data = parse(PLACE, decode(PLACE, content))
    except SpecError as error:
        return Answer(
            problems=tuple(f"the answer is not YAML: {problem.message}" for problem in error.problems)
        )
    if not isinstance(data, dict):
        return Answer(problems=("the answer is not a mapping",))
    problems = [f"unknown section {name!r}" for name in sorted(data.keys() - {"detect", "setup"})]
    detect = _section(data, "detect", Detect, problems)
    setup = _section(data, "setup", Setup, problems)
    return Answer(detect, setup, tuple(problems))


def write_answer(detect: Detect, setup: Setup) -> bytes:
    """The answer file that says this, in YAML (as JSON, which YAML contains)."""
    return msgspec.json.format(msgspec.json.encode({"detect": detect, "setup": setup})) + b"\n"


def _section(data: dict[str, Any], name: str, model: type[Section], problems: list[str]) -> Section | None:
    if name not in data:
        problems.append(f"there is no section {name!r}")
        return None
    try:
        return msgspec.convert(data[name], model)
    except msgspec.ValidationError as error:
        problems.append(f"section {name!r}: {error}")
        return None
