"""Python source as its syntax tree has it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

BYTE_ORDER_MARK = "\ufeff"

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def parse(text: str) -> ast.Module | None:
    """Parse a module; None if it is not valid Python, or too deep for the parser."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes in strings are not our concern
        try:
            return ast.parse(text.removeprefix(BYTE_ORDER_MARK))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def line_starts(text: str) -> list[int]:
    """Give the index at which each line starts, by Python's line ends, in characters.

    The first one starts after the byte order mark: Python does not see it.
    """
    return [
        len(BYTE_ORDER_MARK) * text.startswith(BYTE_ORDER_MARK),
        *(match.end() for match in re.finditer(r"\r\n|\r|\n", text)),
    ]


def functions(tree: ast.Module) -> Iterator[tuple[str, FunctionNode]]:
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


def first_line(statement: ast.stmt) -> int:
    """The line on which a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def indent_before(text: str, at: int, statement: ast.stmt) -> str | None:
    """Give the white space between a line's start and a statement, or None if there is none or more."""
    indent = text[at : at + statement.col_offset]
    return indent if indent and not indent.strip(" \t\f") else None
