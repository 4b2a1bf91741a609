"""What must fit together before tests can be written: projects, their files, and the agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from specrun.measure.paths import Matcher
from specrun.spec import placeholders
from specrun.spec.models import CommandAgent, OracleAgent
from specrun.spec.models.agent import CASE_FILES
from specrun.spec.problems import quoted
from specrun.spec.values import Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from specrun.benchmarks.base import DataPath
    from specrun.benchmarks.projects import ProjectCase
    from specrun.spec.library import Resolved
    from specrun.spec.models import TestWriting
    from specrun.spec.problems import Problem

COMMANDS = ("test", "report", "coverage", "coverage_report")

WHOLE_PROJECT = dict.fromkeys(CASE_FILES, "a case is a whole project")
"""Placeholders that stand for nothing where no case is a file, with the reason."""

PATCH_IS_ANSWER = {"answer.file": "the answer is a patch"}
"""Placeholders that stand for nothing where tests are written, with the reason."""


def writing_problems(resolved: Resolved, projects: Sequence[ProjectCase]) -> Iterator[Problem]:
    """Everything that is wrong with a benchmark's projects and agents, given what it wants of them."""
    model = cast("TestWriting", resolved.model)
    per_file = model.cases.per == "file"
    oracle = any(isinstance(agent.model, OracleAgent) for agent in resolved.parts["agents"])
    for project in projects:
        yield from _missing_commands(project)
        yield from _answer_in_source(project)
        if per_file:
            yield from _files(project)
            yield from _pairs(project)
        if oracle and not project.project.writing.hide and project.project.writing.answer is None:
            message = f"the oracle has no tests for {project.id}: give 'hide' or 'answer'"
            yield project.resolved.origin(("writing",)).problem(message)
    if model.prompt is None:
        readers = [agent for agent in resolved.parts["agents"] if isinstance(agent.model, CommandAgent)]
        if readers:
            message = f"{readers[0].model.id} reads a prompt, and there is none: give 'prompt'"
            yield resolved.origin(()).problem(message)
    absent = PATCH_IS_ANSWER if per_file else {**PATCH_IS_ANSWER, **WHOLE_PROJECT}
    for agent in resolved.parts["agents"]:
        yield from absent_placeholders(agent, absent)


def absent_placeholders(agent: Resolved, absent: Mapping[str, str]) -> Iterator[Problem]:
    """Placeholders of an agent that stand for nothing in a benchmark: `absent` gives the reason for each."""
    for path, text in _templates(agent.model, ()):
        for name in placeholders.names(text):
            if name in absent:
                message = f"there is no {quoted('${' + name + '}')} where {absent[name]}"
                yield agent.origin(path).problem(message)


def _templates(value: object, path: DataPath) -> Iterator[tuple[DataPath, Template]]:
    """The texts with placeholders, each with its place in the data: what else looks so is never filled in."""
    if isinstance(value, Template):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            yield from _templates(getattr(value, field.name), (*path, field.encode_name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _templates(inner, (*path, key))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from _templates(inner, (*path, number))


def _missing_commands(project: ProjectCase) -> Iterator[Problem]:
    for key in COMMANDS:
        if getattr(project.project.commands, key) is None:
            message = f"{project.id} has no commands.{key}, neither of its own nor from its platform"
            yield project.resolved.origin(()).problem(message)


def _answer_in_source(project: ProjectCase) -> Iterator[Problem]:
    """An answer inside of the source would be in every workspace."""
    answer, source = project.project.writing.answer, project.project.source.path
    if answer is None or source is None:
        return
    folder = project.resolved.path.parent
    if (folder / answer).resolve().is_relative_to((folder / source).resolve()):
        message = f"the source of {project.id} contains this folder, and with it the answer"
        yield project.resolved.origin(("writing", "answer")).problem(message)


def _files(project: ProjectCase) -> Iterator[Problem]:
    writing = project.project.writing
    if not writing.files and writing.select is None:
        message = f"{project.id} names no files that tests are wanted for: give 'files' or 'select'"
        yield project.resolved.origin(("writing",)).problem(message)


def _pairs(project: ProjectCase) -> Iterator[Problem]:
    """Pairs that have one name, and files that are not what they should be by the project's paths."""
    matcher = Matcher(project.project.paths)
    names: dict[str, int] = {}
    for number, pair in enumerate(project.project.writing.files):
        place = ("writing", "files", number)
        if names.setdefault(pair.id, number) != number:
            message = f"writing.files[{names[pair.id]}] has the id {quoted(pair.id)} too"
            yield project.resolved.origin((*place, "id")).problem(message)
        if matcher.kind(pair.source) != "source":
            message = f"{quoted(pair.source)} is not among paths.source of {project.id}"
            yield project.resolved.origin((*place, "source")).problem(message)
        if matcher.kind(pair.test) != "test" and pair.test != pair.source:
            message = f"{quoted(pair.test)} is not among paths.tests of {project.id}"
            yield project.resolved.origin((*place, "test")).problem(message)
