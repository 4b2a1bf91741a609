"""The parts of Python source that are mutated.

Left alone is what speaks to people or to tools and does nothing that a test of behaviour could tell:
docstrings, annotations, decorators, f-strings, assertions, logging, the texts of errors and warnings, values
of `__all__` and its like, `if TYPE_CHECKING` and `if __name__ == "__main__"`. f-strings also have no reliable
positions before Python 3.12.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

_LEFT_ALONE: dict[str, frozenset[str] | None] = {
    "FunctionDef": frozenset({"decorator_list", "returns", "type_params"}),
    "AsyncFunctionDef": frozenset({"decorator_list", "returns", "type_params"}),
    "ClassDef": frozenset({"decorator_list", "type_params"}),
    "AnnAssign": frozenset({"annotation"}),
    "arg": frozenset({"annotation"}),
    "MatchMapping": frozenset({"keys"}),  # two equal keys do not compile
    "Import": None,
    "ImportFrom": None,
    "Assert": None,
    "JoinedStr": None,
    "TemplateStr": None,
    "TypeAlias": None,
}
"""The fields of each kind of node that are left alone; None is all. Some kinds are not in every Python."""

_STARTING_LINES = (ast.stmt, ast.ExceptHandler, ast.pattern)
_LOGS = frozenset({"log", "logger", "logging"})
_TAKE_NAMES = frozenset(
    {"warn", "getLogger", "cast", "TypeVar", "ParamSpec", "NewType", "namedtuple", "NamedTuple"}
)


class Part(NamedTuple):
    """A node of the syntax tree that may be mutated."""

    node: ast.AST
    line: int
    """The first line of its statement, which is the one that coverage.py reports."""
    texts: bool
    """Whether its texts are behaviour."""


def parts(tree: ast.Module) -> Iterator[Part]:
    """Give every node that may be mutated, outer ones first."""
    waiting = [Part(tree, 1, True)]
    while waiting:
        part = waiting.pop()
        if _is_silent(part.node):
            continue
        yield part
        texts = part.texts and not _takes_message(part.node)
        for child in _children(part.node):
            line = child.lineno if isinstance(child, _STARTING_LINES) else part.line
            waiting.append(Part(child, line, texts))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    alone = _LEFT_ALONE.get(type(node).__name__, frozenset())
    if alone is None:
        return
    if isinstance(node, ast.If) and _is_guard(node.test):
        yield from node.orelse
        return
    for name, value in ast.iter_fields(node):
        if name not in alone:
            items = value if isinstance(value, list) else [value]
            yield from (item for item in items if isinstance(item, ast.AST))


def _is_silent(node: ast.AST) -> bool:
    """Whether a statement is left alone with all that is in it."""
    if isinstance(node, ast.Expr):
        value = node.value
        return isinstance(value, ast.Constant) or (isinstance(value, ast.Call) and _logs(value.func))
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return all(isinstance(target, ast.Name) and _is_dunder(target.id) for target in targets)
    return False


def _is_guard(test: ast.expr) -> bool:
    names = {_last_name(node) for node in ast.walk(test)}
    return bool(names & {"__name__", "TYPE_CHECKING"})


def _takes_message(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Call) and _last_name(node.func) in _TAKE_NAMES
    )


def _logs(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and _last_name(called.value).strip("_").lower() in _LOGS


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
