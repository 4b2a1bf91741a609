"""Breaking functions of Python source."""

from __future__ import annotations

import ast

from specrun.measure.canary.spot import Spot
from specrun.measure.python_code import FunctionNode, first_line, functions, indent_before, line_starts, parse
from specrun.measure.reports import FileCoverage

BREAK = "if {condition}: {action}"
STOP = "if [] == []: return"
"""Always so, as Python does not know beforehand: lines behind a plain `return` are no longer executable, and
then coverage leaves them out of its report even where they are claimed."""
ACTIONS = ("raise RuntimeError({number})", "return")


def find(text: str, coverage: FileCoverage) -> list[Spot]:
    """Find the functions with a body line that was hit, and the place before their first statement.

    A body on the line of its `def` is passed over: that line is also hit when the function is defined, so
    nothing tells that it was called. So is a body that does nothing, and `__del__`, which fails in silence.
    """
    tree = parse(text)
    if tree is None:
        return []
    starts = line_starts(text)
    covered = coverage.covered
    spots: list[Spot] = []
    for name, node in functions(tree):
        body = _statements(node)
        if not body or node.name == "__del__":
            continue
        first = first_line(body[0])
        at = starts[first - 1]
        indent = indent_before(text, at, body[0])
        if indent is not None and any(line in covered for line in range(first, (node.end_lineno or 0) + 1)):
            spots.append(Spot(name, node.lineno, at, f"{indent}{BREAK}\n", f"{indent}{STOP}\n", first))
    return spots


def parses(text: str) -> bool:
    """Whether this is valid Python."""
    return parse(text) is not None


def _statements(node: FunctionNode) -> list[ast.stmt]:
    """Give the body without its docstring; nothing if the rest does nothing."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return [] if all(isinstance(item, ast.Pass) or _is_constant(item) for item in body) else body


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
