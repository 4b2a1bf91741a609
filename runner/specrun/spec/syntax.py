"""What is wrong with the syntax of YAML, in words that help, at the place where it can be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.spec.problems import Problem, quoted

if TYPE_CHECKING:
    from pathlib import Path

    import yaml

_UNCLOSED = {
    "while scanning a quoted scalar": "the quoted text",
    "while parsing a flow sequence": "the list",
    "while parsing a flow mapping": "the mapping",
}
"""What libyaml was at, in words."""


def problem_after(path: Path, before: str, message: str) -> Problem:
    """A problem at the place that follows some text."""
    lines = before.split("\n")
    return Problem(path, len(lines), len(lines[-1]) + 1, message)


def syntax_problem(path: Path, text: str, error: yaml.MarkedYAMLError) -> Problem:
    """A problem with the YAML itself, in words that help."""
    mark = error.problem_mark or error.context_mark
    start = error.context_mark
    if error.context in _UNCLOSED and start and mark and start.line < mark.line:
        # What is not closed is only noticed far below it, often at the end of the file.
        seen = f"line {mark.line + 1}, column {mark.column + 1}"
        message = f"not valid YAML: {_UNCLOSED[error.context]} that starts here is not closed before {seen}"
        return Problem(path, start.line + 1, start.column + 1, message)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    rest = text.splitlines()[line][column:] if line < len(text.splitlines()) else ""
    if rest.startswith("\t"):
        message = "a tab cannot indent YAML: use spaces"
    elif error.problem == "found character that cannot start any token" and rest:
        message = f"text that starts with {quoted(rest[0])} must be in quotes"
    else:
        message = "not valid YAML: " + " ".join(filter(None, [error.context, error.problem]))
    return Problem(path, line + 1, column + 1, message)
