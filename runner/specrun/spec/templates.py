"""Jinja2 templates: checked when specs are loaded, rendered in a sandbox."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from specrun.spec.paths import read_file
from specrun.spec.problems import Problem, SpecError, did_you_mean, printable, quoted
from specrun.spec.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jinja2 import Template, nodes

    from specrun.spec.sandbox import BoundedEnvironment

LARGEST_TEMPLATE = 1024 * 1024
"""Bytes of one template."""
MOST_TOKENS = 50_000
"""Words and signs of one template that are not its plain text: making code of them takes long."""


@cache
def environment() -> BoundedEnvironment:
    """The sandbox of all templates."""
    from specrun.spec.sandbox import BoundedEnvironment

    return BoundedEnvironment()


@lru_cache(maxsize=64)
def _compiled(text: str) -> Template:
    """A prompt is rendered once for each case, and making code of it takes longest."""
    return environment().from_string(text)


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
        return _compiled(text).render(**values)
    except Exception as error:
        # A template can fail in as many ways as there are filters.
        endless = isinstance(error, RecursionError)
        reason = "it goes too deep, or calls itself without end" if endless else printable(str(error))
        raise ValueError(f"the template cannot be rendered: {reason or type(error).__name__}") from error


def read_template(path: Path) -> str:
    """The text of a template file, without a byte order mark. Raises SpecError."""
    return decode(path, read_file(path, LARGEST_TEMPLATE))


def _faults(text: str, allowed: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Line and message of everything that is wrong with a template."""
    from jinja2 import TemplateSyntaxError, meta

    try:
        for lineno, _, _ in islice(environment().lex(text), MOST_TOKENS, None):
            yield lineno, f"not a valid template: more than {MOST_TOKENS:,} words and signs beside plain text"
            return
        tree = environment().parse(text)
        unknown = meta.find_undeclared_variables(tree) - allowed
        environment().compile(text)
    except TemplateSyntaxError as error:
        yield error.lineno, f"not a valid template: {printable(error.message or '')}"
        return
    except (RecursionError, MemoryError, SyntaxError):
        # Python's own limits: the code of a template is a Python function.
        yield 1, "not a valid template: nested too deeply"
        return
    except ValueError as error:
        yield 1, f"not a valid template: {printable(str(error))}"
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
