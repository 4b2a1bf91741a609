"""What is wrong with a spec, and where."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_NAME = 80
"""Longer names get no suggestion: comparing them costs more than it helps."""


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong. Lines and columns count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}:{self.column}: {self.message}"


class SpecError(Exception):
    """Specs that cannot be used. `problems` holds all that was found: sorted, each once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@contextmanager
def gather(problems: list[Problem]) -> Iterator[None]:
    """Go on after a SpecError: add its problems to the list."""
    try:
        yield
    except SpecError as error:
        problems.extend(error.problems)


def shown(path: Path) -> str:
    """A path for people: relative to the current folder if it is inside."""
    try:
        return printable(str(path.relative_to(Path.cwd())))
    except (ValueError, OSError):
        return printable(str(path))


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """`, did you mean 'agents'?` for the nearest known name; nothing if none is near."""
    near = nearest(name, known)
    return f", did you mean {quoted(near[0])}?" if near else ""


def nearest(name: object, known: Iterable[str]) -> list[str]:
    """Known names that are much like this one, the nearest first."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        return []
    return difflib.get_close_matches(name, sorted(known))


def quoted(value: object) -> str:
    """A value as it is named in a message: in single quotes, short, on one line."""
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 3] + "..."
    return f"'{printable(text)}'"


def printable(text: str) -> str:
    """Text that keeps to one line and sends nothing to a terminal but letters."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
