"""JUnit XML, as pytest, unittest runners, Node.js, CTest, GoogleTest, Gradle and others write it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from specrun.measure.reports import TestRun, TestStatus
from specrun.measure.tests.collect import collect, join_id
from specrun.measure.xml import parse_xml

_NO_CLASS = (None, "", "test")
"""Class names that say nothing: Node.js calls the class of every test `test`."""

_NOT_RUN = ("notrun", "disabled")
"""`status` of a test case that GoogleTest or CTest left out."""


def read_junit(data: bytes) -> TestRun:
    """Read JUnit XML. The id of a test is `classname::name`, or its suites and name where there is no class.

    Expected failures (pytest's xfail, Node.js' todo) are `skipped`. Raises ReportError.
    """
    root: Any = parse_xml(data, "testsuites", "testsuite")
    return collect(_cases(JUnitXml.fromroot(root), ""))


def _cases(suite: Any, path: str) -> Iterator[tuple[str, TestStatus]]:
    for case in suite.iterchildren(TestCase):
        known = case.classname not in _NO_CLASS
        yield join_id(case.classname if known else path, case.name or ""), _status(case)
    for child in suite.iterchildren(TestSuite):
        yield from _cases(child, join_id(path, child.name or ""))


def _status(case: TestCase) -> TestStatus:
    kinds = {type(result): result for result in case.result}
    if Error in kinds:
        return "error"
    if Failure in kinds and not (Skipped in kinds and kinds[Skipped].type == "todo"):
        return "failed"
    # The library gives no access to `status`, which is not in the schema it follows.
    left_out = case._elem.get("status") in _NOT_RUN  # noqa: SLF001
    return "skipped" if Skipped in kinds or left_out else "passed"
