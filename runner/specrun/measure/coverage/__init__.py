"""Readers of coverage reports, one file per format."""

from __future__ import annotations

from collections.abc import Callable

from specrun.measure.coverage.cobertura import read_cobertura
from specrun.measure.coverage.coverage_json import read_coverage_json
from specrun.measure.coverage.gcov_json import read_gcov_json
from specrun.measure.coverage.go_cover import read_go_cover
from specrun.measure.coverage.jacoco import read_jacoco
from specrun.measure.coverage.lcov import read_lcov
from specrun.measure.coverage.tally import Tally
from specrun.measure.raw import checked
from specrun.measure.reports import Coverage
from specrun.spec.models.common import CoverageFormat

READERS: dict[CoverageFormat, Callable[[bytes, Tally], None]] = {
    "coverage-json": read_coverage_json,
    "cobertura": read_cobertura,
    "lcov": read_lcov,
    "gcov-json": read_gcov_json,
    "go-cover": read_go_cover,
    "jacoco": read_jacoco,
}


def read_coverage(format: CoverageFormat, data: bytes, project: str) -> Coverage:  # noqa: A002 - the spec's word
    """Read a coverage report.

    `project` is the absolute folder in which it was made: absolute paths become relative to it, and files
    outside it are left out. Where a format does not say in which folder a file is, the files that are there
    now decide. A line that is reported twice keeps its largest count.
    Raises ReportError, and nothing else, whatever `data` is.
    """
    tally = Tally(project)
    READERS[format](data if format == "gcov-json" else checked(data), tally)
    return tally.coverage()


__all__ = ["READERS", "read_coverage"]
