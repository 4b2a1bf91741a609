"""Which ways through a project's code a call takes, in statements, whose order is the same everywhere."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

MOST_STEPS = 50_000
INLINED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
"""Code that is a frame of its own on some versions of Python only."""

Way = tuple[str, int, int]
"""A file and the first lines of two statements, one run after the other; 0 before the first one."""


class TooLongError(BaseException):
    """A call that takes too many steps. No `except Exception` of the called code stops it."""


class Tracer:
    """Records ways while it is active, and ends a call that goes on for too long."""

    def __init__(self, files: list[Path]) -> None:
        self.files = {str(file): _statements(file) for file in files}
        self.ways: set[Way] = set()
        self._steps = 0

    def restart(self) -> None:
        """Forget the ways so far."""
        self.ways = set()
        self._steps = 0

    def __enter__(self) -> Tracer:
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Callable | None:
        file = frame.f_code.co_filename
        statements = {} if frame.f_code.co_name in INLINED else self.files.get(file, {})
        last = 0

        def line(frame: FrameType, event: str, _argument: object) -> Callable:
            nonlocal last
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise TooLongError
            if event == "line" and (here := statements.get(frame.f_lineno)) and here != last:
                self.ways.add((file, last, here))
                last = here
            return line

        return line


def _statements(file: Path) -> dict[int, int]:
    """For each line of the statements in functions: the first line of its innermost statement."""
    found: dict[int, int] = {}
    for function in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.stmt) and node is not function:
                    _take(found, node)
    return found


def _take(found: dict[int, int], node: ast.stmt) -> None:
    """A line belongs to the statement that begins last before it."""
    for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
        found[line] = max(found.get(line, 0), node.lineno)
