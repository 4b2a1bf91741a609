"""Breaking functions of Python source."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from specrun.measure.canary.spot import Spot
from specrun.measure.reports import FileCoverage

BREAK = "if {condition}: {action}"
ACTIONS = ("raise RuntimeError({number})", "return")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def find(text: str, coverage: FileCoverage) -> list[Spot]:
    """Find the functions with a body line that was hit, and the place before their first statement.

    A body on the line of its `def` is passed over: that line is also hit when the function is defined, so
    nothing tells that it was called. So is a body that does nothing, and `__del__`, which fails in silence.
    """
    tree = _parse(text)
    if tree is None:
        return []
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    covered = coverage.covered
    spots: list[Spot] = []
    for name, node in _functions(tree):
        body = _statements(node)
        if not body or node.name == "__del__":
            continue
        first = _first_line(body[0])
        at = starts[first - 1]
        indent = _indent_before(text, at, body[0])
        if indent is not None and any(line in covered for line in range(first, (node.end_lineno or 0) + 1)):
            spots.append(Spot(name, node.lineno, at, f"{indent}{BREAK}\n", first))
    return spots


def parses(text: str) -> bool:
    """Whether this is valid Python."""
    return _parse(text) is not None


def _parse(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes in strings are not our concern
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _functions(tree: ast.Module) -> Iterator[tuple[str, FunctionNode]]:
    """Give every function with its qualified name."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, parent = waiting.pop()
        for node in ast.iter_child_nodes(parent):
            inner = prefix
            if isinstance(node, FunctionNode | ast.ClassDef):
                inner = f"{prefix}{node.name}."
            if isinstance(node, FunctionNode):
                yield inner[:-1], node
            waiting.append((inner, node))


def _statements(node: FunctionNode) -> list[ast.stmt]:
    """Give the body without its docstring; nothing if the rest does nothing."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return [] if all(isinstance(item, ast.Pass) or _is_constant(item) for item in body) else body


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _indent_before(text: str, at: int, statement: ast.stmt) -> str | None:
    """Give the white space before a statement, or None if something else stands before it on its line."""
    indent = text[at : at + statement.col_offset]
    return indent if indent and not indent.strip(" \t\f") else None
