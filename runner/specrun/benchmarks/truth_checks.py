"""What is declared is used, what is needed is declared, and nothing of it can leak into a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.spec.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from specrun.benchmarks.base import UsedGrader
    from specrun.benchmarks.projects import ProjectCase

    Prompts = Mapping[str, tuple[Path, str]]
    """By stage, the file of the prompt and what it says."""

LEAK_LENGTH = 12
"""A command shorter than this may stand in a prompt by chance."""


def truth_problems(case: ProjectCase, used: tuple[UsedGrader, ...], prompts: Prompts) -> Iterator[Problem]:
    """Everything that is wrong with one case's truth, given the graders and the prompts."""
    yield from _unread(case, used)
    yield from _missing(case, used)
    yield from _unanswerable(case)
    yield from _leaks(case, prompts)
    yield from _holds_specs(case)


def _unread(case: ProjectCase, used: tuple[UsedGrader, ...]) -> Iterator[Problem]:
    read = frozenset[str]().union(*(use.grader.reads for use in used))
    for key in sorted(case.resolved.data.get("truth", {}).keys() - read - {"tests_present"}):
        message = f"no selected grader reads truth.{key} of {case.id}"
        yield case.resolved.origin(("truth", key)).problem(message)


def _missing(case: ProjectCase, used: tuple[UsedGrader, ...]) -> Iterator[Problem]:
    if not case.project.truth.tests_present:
        return
    for use in used:
        for key in sorted(use.grader.needs - case.resolved.data["truth"].keys()):
            message = f"the grader {use.grader.name!r} needs truth.{key} of {case.id}"
            yield case.resolved.origin(("truth",)).problem(message)


def _unanswerable(case: ProjectCase) -> Iterator[Problem]:
    """A case whose right answer is not known cannot be shown to be valid."""
    if not case.project.truth.tests_present:
        return
    for key in ("test", "report"):
        if getattr(case.project.commands, key) is None:
            message = f"{case.id} has no commands.{key}, neither of its own nor from its platform"
            yield case.resolved.origin(()).problem(message)


def _leaks(case: ProjectCase, prompts: Prompts) -> Iterator[Problem]:
    """Lines of the right commands that stand in a prompt, however they are spaced."""
    commands = msgspec.structs.asdict(case.project.commands)
    for stage, (file, prompt) in sorted(prompts.items()):
        told = [_even(line) for line in prompt.splitlines()]
        for key, text in sorted(commands.items()):
            lines = [_even(line) for line in text.splitlines()] if isinstance(text, str) else []
            leaked = [line for line in lines if len(line) >= LEAK_LENGTH and line in _even(prompt)]
            if leaked:
                number = next((n for n, line in enumerate(told, 1) if leaked[0] in line), 1)
                message = f"the prompt of stage {stage!r} gives away commands.{key} of {case.id}"
                yield Problem(file, number, 1, f"{message} ({case.resolved.relative_path})")


def _even(text: str) -> str:
    return " ".join(text.split())


def _holds_specs(case: ProjectCase) -> Iterator[Problem]:
    """A source that contains its own spec would bring the truth into every workspace."""
    path = case.project.source.path
    if path is None:
        return
    if case.resolved.path.is_relative_to((case.resolved.path.parent / path).resolve()):
        message = f"the source of {case.id} contains this spec, and with it the truth"
        yield case.resolved.origin(("source", "path")).problem(message)
