"""The Test Anything Protocol, versions 12, 13 and 14, with nested subtests (https://testanything.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tap.line import Bail, Plan, Result
from tap.parser import Parser

from specrun.measure.raw import text_lines
from specrun.measure.reports import ReportError, TestRun, TestStatus
from specrun.measure.tests.collect import TEST_LIMIT, collect, join_id

INDENT = 4
"""Spaces by which a subtest is indented."""

DEPTH_LIMIT = 50

# What is left to the library to take apart. By itself it takes "okay" for a result and any "1" for a plan.
_TAP_LINE = re.compile(r"(?:not )?ok(?:\s|$)|1\.\.\d{1,9}(?:\s|$)|Bail out!")

# Stands for an escaped hash while the library looks for directives; a report never holds NUL bytes.
_HASH = "\0"

Tests = list[tuple[str, TestStatus]]


class _Block:
    """The test points of one level of indentation."""

    def __init__(self) -> None:
        self.tests: Tests = []
        self.points = 0
        self.planned: int | None = None

    def add_point(self) -> None:
        self.points += 1
        if self.points > TEST_LIMIT:
            raise ReportError(f"it has more than {TEST_LIMIT} tests")

    def check_plan(self) -> None:
        if self.planned is not None and self.planned != self.points:
            raise ReportError(f"it planned {self.planned} tests and reports {self.points}")


def read_tap(data: bytes) -> TestRun:
    """Read TAP. The id of a test in subtests is the path of descriptions to it, joined by `::`.

    A test point that sums up subtests is no test of its own, unless it alone failed. TODO tests are
    `skipped`, whatever they did. A bail out is one more test, `Bail out!`, with status `error`.
    Raises ReportError, also when the plan is missing or not what was run.
    """
    blocks = [_Block()]
    for depth, item in _items(text_lines(data)):
        if depth > DEPTH_LIMIT:
            raise ReportError(f"its subtests are nested deeper than {DEPTH_LIMIT}")
        if isinstance(item, Bail):
            return collect([*(test for block in blocks for test in block.tests), ("Bail out!", "error")])
        blocks += [_Block() for _ in range(len(blocks), depth + 1)]
        subtests = _close(blocks, depth, of_result=isinstance(item, Result))
        if isinstance(item, Plan):
            _set_plan(blocks[depth], item)
        else:
            blocks[depth].add_point()
            blocks[depth].tests += _point(item, subtests)
    _close(blocks, 0, of_result=False)
    if blocks[0].planned is None:
        raise ReportError("it has no plan (1..N): it is not TAP, or cut off")
    blocks[0].check_plan()
    return collect(blocks[0].tests)


def _items(lines: Iterator[str]) -> Iterator[tuple[int, Plan | Result | Bail]]:
    """Give each line that means something, with its depth. YAML blocks and other output are passed over."""
    parser = Parser()
    yaml_end: str | None = None
    result_indent: int | None = None
    for line in map(str.rstrip, lines):
        if yaml_end is not None:
            yaml_end = None if line == yaml_end else yaml_end
            continue
        bare = line.lstrip(" ")
        indent = len(line) - len(bare)
        if bare == "---" and result_indent is not None and indent > result_indent:
            yaml_end = " " * indent + "..."
            continue
        result_indent = None
        if indent % INDENT or not _TAP_LINE.match(bare):
            continue
        item = _parse(parser, bare)
        if isinstance(item, Result):
            result_indent = indent
        if isinstance(item, Result | Plan | Bail):
            yield indent // INDENT, item
    if yaml_end is not None:
        raise ReportError("it ends inside a YAML block")


def _parse(parser: Parser, line: str) -> object:
    try:
        return parser.parse_line(line.replace("\\#", _HASH))
    except ValueError as error:
        raise ReportError("it has a test number that is absurd") from error


def _close(blocks: list[_Block], depth: int, *, of_result: bool) -> Tests:
    """Leave the subtests below `depth`, which end with the result that sums them up, and return them."""
    deeper = len(blocks) - 1 - depth
    if deeper > 1 or (deeper == 1 and not of_result):
        raise ReportError("it has subtests without a result of their own")
    if deeper < 1:
        return []
    block = blocks.pop()
    block.check_plan()
    return block.tests


def _set_plan(block: _Block, plan: Plan) -> None:
    if block.planned is not None:
        raise ReportError("it has two plans")
    block.planned = plan.expected_tests


def _point(result: Result, subtests: Tests) -> Tests:
    """Give the tests that one test point stands for."""
    name = result.description.removeprefix("- ").replace(_HASH, "#").replace("\\\\", "\\")
    status: TestStatus = "skipped" if result.skip or result.todo else "passed" if result.ok else "failed"
    if not subtests:
        return [(join_id(name), status)]
    if status == "skipped":
        subtests = [(test, "skipped" if was == "failed" else was) for test, was in subtests]
    tests = [(join_id(name, test), was) for test, was in subtests]
    if status == "failed" and all(was != "failed" for _, was in tests):
        tests.append((join_id(name), "failed"))
    return tests
