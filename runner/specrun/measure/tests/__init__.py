"""Readers of test reports, one file per format."""

from __future__ import annotations

from collections.abc import Callable

from specrun.measure.raw import checked
from specrun.measure.reports import TestRun
from specrun.measure.tests.go_json import read_go_json
from specrun.measure.tests.junit import read_junit
from specrun.measure.tests.tap import read_tap
from specrun.spec.models.common import TestReportFormat

READERS: dict[TestReportFormat, Callable[[bytes], TestRun]] = {
    "junit": read_junit,
    "tap": read_tap,
    "go-json": read_go_json,
}


def read_tests(format: TestReportFormat, data: bytes) -> TestRun:  # noqa: A002 - the spec's word
    """Read a test report. Raises ReportError, and nothing else, whatever `data` is."""
    return READERS[format](checked(data))


__all__ = ["READERS", "read_tests"]
