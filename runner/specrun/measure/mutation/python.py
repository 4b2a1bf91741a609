"""Mutants of Python source, by its syntax tree."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from specrun.measure.mutation.mutant import LITERAL_LIMIT, Change, Edit, Mutant, Operator, mutants_of, removal
from specrun.measure.mutation.python_walk import Part, parts
from specrun.measure.python_code import line_starts, parse

_COMMENT = re.compile(r"#[^\r\n]*")
_OPPOSITES = {
    "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<",
    "is": "is not", "is not": "is", "in": "not in", "not in": "in",
}  # fmt: skip
_LIMITS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_ARITHMETIC = {
    "+": "-", "-": "+", "*": "/", "/": "*", "//": "*", "%": "*", "**": "*", "@": "*",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&",
}  # fmt: skip
_OPERATOR = re.compile(r"is\s+not|not\s+in|\*\*|//|<<|>>|[=!<>]=|[-+*/%@&|^<>]|\b(?:is|in|and|or)\b")
_TYPES = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple", "type"})


def python_mutants(text: str, lines: frozenset[int]) -> tuple[Mutant, ...]:
    """Give the mutants that run with one of these lines; none if the text is not valid Python.

    `lines` are those of a coverage report: a statement over several lines stands for all of them.
    """
    tree = parse(text)
    if tree is None:
        return ()
    source = _Source(text)
    changes = (
        Change(edit, part.line) for part in parts(tree) if part.line in lines for edit in _edits(source, part)
    )
    return tuple(mutants_of(text, source.starts, changes, lines))


class _Source:
    """The text, at the places that the syntax tree names."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = line_starts(text)

    def start(self, node: Any) -> int:
        return self._index(node.lineno, node.col_offset)

    def end(self, node: Any) -> int:
        return self._index(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.AST) -> str:
        return self.text[self.start(node) : self.end(node)]

    def replace(self, node: ast.AST, replacement: str, operator: Operator) -> Edit:
        return Edit(self.start(node), self.end(node), replacement, operator)

    def without(self, node: ast.AST, word: str, operator: Operator) -> Edit:
        """Take away the word or sign that a node begins with."""
        start = self.start(node)
        return removal(self.text, start, start + len(word), operator)

    def between(self, left: ast.AST, right: ast.AST) -> tuple[int, int, str]:
        """Find the operator between two operands: where it is, and what it is, with single blanks in it."""
        start = self.end(left)
        gap = _COMMENT.sub(lambda found: " " * len(found[0]), self.text[start : self.start(right)])
        found = _OPERATOR.search(gap)
        if found is None:
            return start, start, ""
        return start + found.start(), start + found.end(), " ".join(found[0].split())

    def _index(self, line: int, column: int) -> int:
        """Turn a place in UTF-8 bytes into an index in characters."""
        start = self.starts[line - 1]
        ahead = self.text[start : start + column]
        return start + (column if ahead.isascii() else len(ahead.encode()[:column].decode()))


def _edits(source: _Source, part: Part) -> Iterator[Edit]:
    node = part.node
    if isinstance(node, ast.Constant):
        if part.texts or not isinstance(node.value, str | bytes):
            yield from _constant(source, node)
    elif rule := _RULES.get(type(node)):
        yield from rule(source, node)


def _constant(source: _Source, node: ast.Constant) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield source.replace(node, str(not value), "constant")
    elif isinstance(value, int | float):
        number = source.of(node)
        if len(number) <= LITERAL_LIMIT and math.isfinite(value) and value + 1 != value:
            yield source.replace(node, repr(value + 1), "constant")
    elif isinstance(value, str | bytes):
        prefix = "b" if isinstance(value, bytes) else ""
        yield source.replace(node, prefix + ('""' if value else '"mutant"'), "constant")


def _compare(source: _Source, node: ast.Compare) -> Iterator[Edit]:
    for left, right in zip([node.left, *node.comparators], node.comparators, strict=False):
        start, end, sign = source.between(left, right)
        if sign in _LIMITS:
            yield Edit(start, end, _LIMITS[sign], "boundary")
        yield Edit(start, end, _OPPOSITES[sign], "negation")


def _logical(source: _Source, node: ast.BoolOp) -> Iterator[Edit]:
    for left, right in zip(node.values, node.values[1:], strict=False):
        start, end, sign = source.between(left, right)
        yield Edit(start, end, "or" if sign == "and" else "and", "logical")


def _arithmetic(source: _Source, node: ast.BinOp) -> Iterator[Edit]:
    if not (_is_sequence(node.left) or _is_sequence(node.right) or _is_union(node)):
        start, end, sign = source.between(node.left, node.right)
        yield Edit(start, end, _ARITHMETIC[sign], "arithmetic")


def _augmented(source: _Source, node: ast.AugAssign) -> Iterator[Edit]:
    if not _is_sequence(node.value):
        start, end, sign = source.between(node.target, node.value)
        yield Edit(start, end, _ARITHMETIC[sign], "arithmetic")
    yield source.replace(node, "pass", "deletion")


def _unary(source: _Source, node: ast.UnaryOp) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not):
        yield source.without(node, "not", "negation")
    elif isinstance(node.op, ast.USub) and not (
        isinstance(node.operand, ast.Constant) and not node.operand.value
    ):
        yield source.without(node, "-", "arithmetic")


def _condition(source: _Source, node: ast.If | ast.While | ast.IfExp) -> Iterator[Edit]:
    yield from _negated(source, node.test)


def _conditions(source: _Source, node: ast.comprehension) -> Iterator[Edit]:
    for condition in node.ifs:
        yield from _negated(source, condition)


def _negated(source: _Source, test: ast.expr) -> Iterator[Edit]:
    # Others have mutants of their own that come to the same.
    negation = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    if not negation and not isinstance(test, ast.Compare | ast.BoolOp | ast.Constant):
        yield source.replace(test, f"not ({source.of(test)})", "negation")


def _return(source: _Source, node: ast.Return) -> Iterator[Edit]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield source.replace(node.value, "None", "return")


def _call(source: _Source, node: ast.Expr) -> Iterator[Edit]:
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(value, ast.Call):
        yield source.replace(node, "pass", "deletion")


def _assignment(source: _Source, node: ast.Assign) -> Iterator[Edit]:
    # A name that is not assigned would fail wherever it is used.
    if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
        yield source.replace(node, "pass", "deletion")


def _statement(source: _Source, node: ast.stmt) -> Iterator[Edit]:
    yield source.replace(node, "break" if isinstance(node, ast.Continue) else "pass", "deletion")


def _is_sequence(node: ast.expr) -> bool:
    """Whether this is a text or list in place: another operator fails on it, whatever its value."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node,)
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in sides
    )


def _is_union(node: ast.BinOp) -> bool:
    """Whether this is a union of types, such as `int | None`."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.BitOr) and any(
        (isinstance(side, ast.Constant) and side.value is None)
        or (isinstance(side, ast.Name) and side.id in _TYPES)
        for side in sides
    )


_RULES: dict[type[ast.AST], Callable[[_Source, Any], Iterator[Edit]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _logical,
    ast.BinOp: _arithmetic,
    ast.AugAssign: _augmented,
    ast.UnaryOp: _unary,
    ast.If: _condition,
    ast.While: _condition,
    ast.IfExp: _condition,
    ast.comprehension: _conditions,
    ast.Return: _return,
    ast.Expr: _call,
    ast.Assign: _assignment,
    ast.Raise: _statement,
    ast.Delete: _statement,
    ast.Continue: _statement,
    ast.Break: _statement,
}
