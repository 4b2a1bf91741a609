"""Jinja2 templates: checked when specs are loaded, rendered in a sandbox."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from specrun.spec.paths import read_file
from specrun.spec.problems import Problem, SpecError, did_you_mean, printable, quoted
from specrun.spec.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST_TEMPLATE = 1024 * 1024
"""Bytes of one template."""


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """A sandbox in which the same template always gives the same text: no randomness, no addresses."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False, finalize=_printable
    )
    made.globals = {"range": made.globals["range"]}
    del made.filters["random"]
    return made


def _printable(value: object) -> object:
    """What a template prints. An object of another kind would print its address in memory."""
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"a template prints text and numbers, not {type(value).__name__}")


def check(path: Path, allowed: frozenset[str]) -> None:
    """Raise SpecError unless the file is a template that uses the allowed variables only."""
    try:
        text = read_template(path)
    except ValueError as error:
        raise SpecError([Problem(path, 1, 1, str(error))]) from None
    if problems := [Problem(path, line, 1, message) for line, message in _faults(text, allowed)]:
        raise SpecError(problems)


def render(text: str, **values: object) -> str:
    """Render a template in the sandbox.

    Raises ValueError for what `check` could not see, such as a filter that fails.
    """
    try:
        return environment().from_string(text).render(**values)
    except Exception as error:
        # A template can fail in as many ways as there are filters.
        raise ValueError(f"the template cannot be rendered: {printable(str(error))}") from error


def read_template(path: Path) -> str:
    """The text of a template file, without a byte order mark. Raises SpecError."""
    return decode(path, read_file(path, LARGEST_TEMPLATE))


def _faults(text: str, allowed: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Line and message of everything that is wrong with a template."""
    from jinja2 import TemplateSyntaxError, meta

    try:
        tree = environment().parse(text)
        unknown = meta.find_undeclared_variables(tree) - allowed
        environment().compile(text)
    except TemplateSyntaxError as error:
        yield error.lineno, f"not a valid template: {printable(error.message or '')}"
        return
    except RecursionError:
        yield 1, "not a valid template: nested too deeply"
        return
    for name in sorted(unknown):
        hint = did_you_mean(name, allowed) or f" (a template here may use: {', '.join(sorted(allowed))})"
        yield _first_line(tree, name), f"unknown variable {quoted(name)}{hint}"
    for kind, node in _outside(tree):
        yield node.lineno, f"a template must not {kind} other files"


def _first_line(tree: nodes.Template, name: str) -> int:
    """The line where a variable is first used."""
    from jinja2 import nodes

    return min(node.lineno for node in tree.find_all(nodes.Name) if node.name == name)


def _outside(tree: nodes.Template) -> Iterator[tuple[str, nodes.Node]]:
    """What would load another file: there is no loader."""
    from jinja2 import nodes

    loading = {nodes.Include: "include", nodes.Extends: "extend", nodes.Import: "import"}
    for node in tree.find_all((*loading, nodes.FromImport)):
        yield loading.get(type(node), "import"), node
