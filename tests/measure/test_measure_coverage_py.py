"""The three formats of coverage.py, from one real run."""

from __future__ import annotations

import json
import sys

import pytest

from specrun.measure.coverage import read_coverage
from specrun.measure.reports import ReportError

SHAPES = '''
import functools


def one(): return 1


def area(
    width,
    height=3,
):
    """Doc."""
    return width * height


class Box:
    @functools.lru_cache
    def sides(self):
        def count():
            return 6
        return count()

    def never(self):
        if self:  # pragma: no cover
            return 1
        return 2
'''.lstrip()  # fmt: skip

TEST = """
import sys
sys.path.insert(0, "src")
from shapes import Box, area, one

def test_shapes():
    assert area(2) == 6 and Box().sides() == 6
"""

LINES = {1: 1, 4: 1, 7: 1, 12: 1, 15: 1, 16: 1, 17: 1, 18: 1, 19: 1, 20: 1, 22: 1, 25: 0}


@pytest.fixture
def measured(project, run):
    folder = project({"src/shapes.py": SHAPES, "test_shapes.py": TEST})
    result = run(
        folder, sys.executable, "-m", "coverage", "run", "-m", "pytest", "-p", "no:cacheprovider", "."
    )
    assert result.returncode == 0, result.stdout
    return folder


@pytest.mark.parametrize(
    ("command", "format_"), [("json", "coverage-json"), ("xml", "cobertura"), ("lcov", "lcov")]
)
def test_all_formats_say_the_same_lines(measured, run, command, format_):
    assert run(measured, sys.executable, "-m", "coverage", command, "-o", "report").returncode == 0
    coverage = read_coverage(format_, (measured / "report").read_bytes(), str(measured))
    assert list(coverage.files) == ["src/shapes.py", "test_shapes.py"]
    assert coverage.files["src/shapes.py"].lines == LINES
    assert 25 not in coverage.files["src/shapes.py"].covered


@pytest.mark.parametrize(("command", "format_"), [("json", "coverage-json"), ("lcov", "lcov")])
def test_functions(measured, run, command, format_):
    run(measured, sys.executable, "-m", "coverage", command, "-o", "report")
    functions = read_coverage(format_, (measured / "report").read_bytes(), str(measured)).files[
        "src/shapes.py"
    ]
    hits = {function.name: (function.start, function.hits) for function in functions.functions}
    assert hits == {
        "one": (4, 1),
        "area": (7, 1),
        "Box.sides": (17, 1),
        "Box.sides.count": (18, 1),
        "Box.never": (22, 0),
    }


def test_sources_below_the_project_are_found(measured, run):
    (measured / ".coveragerc").write_text("[run]\nsource = src\n")
    assert run(measured, sys.executable, "-m", "coverage", "xml", "-o", "report").returncode == 0
    report = (measured / "report").read_bytes()
    assert b'filename="shapes.py"' in report
    assert "src/shapes.py" in read_coverage("cobertura", report, str(measured)).files


def test_report_of_an_old_coverage_without_functions():
    report = {"files": {"a.py": {"executed_lines": [1], "missing_lines": [2], "excluded_lines": [3]}}}
    coverage = read_coverage("coverage-json", json.dumps(report).encode(), "/build")
    assert coverage.files["a.py"].lines == {1: 1, 2: 0}


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("{", "not JSON: Input data was truncated"),
        ("[]", "another shape: Expected `object`, got `array`"),
        ('{"files": {"a.py": {"executed_lines": [1]}}}', "missing required field `missing_lines`"),
        (
            '{"files": {"a.py": {"executed_lines": [0], "missing_lines": []}}}',
            "line number outside 1 to 1000000",
        ),
        ('{"files": {"a.py": {"executed_lines": [9999999999], "missing_lines": []}}}', "line number outside"),
        ('{"meta": ' + "[" * 100_000, "nested too deeply"),
    ],
)
def test_errors(report, reason):
    with pytest.raises(ReportError, match=reason):
        read_coverage("coverage-json", report.encode(), "/build")
