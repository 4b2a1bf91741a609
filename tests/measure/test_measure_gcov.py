from __future__ import annotations

import gzip

import pytest

from specrun.measure.coverage import read_coverage
from specrun.measure.reports import REPORT_LIMIT, Function, ReportError

SUM = """#include "sum.h"
#include <stdlib.h>

int add(int a,
        int b)
{
    return a + half(b) * 2;
}

int never(int x) { return abs(x); }
"""
HEADER = "static inline int half(int x) {\n    return x / 2;\n}\nint add(int, int);\nint never(int);\n"
MAIN = '#include "src/sum.h"\nint main(void) {\n    return add(1, 2) == 3 && half(4) == 2 ? 0 : 1;\n}\n'


@pytest.fixture
def built(project, run):
    folder = project({"src/sum.c": SUM, "src/sum.h": HEADER, "main.c": MAIN})
    for source in ("src/sum", "main"):
        assert (
            run(folder, "gcc", "--coverage", "-O0", "-c", f"{source}.c", "-o", f"{source}.o").returncode == 0
        )
    assert run(folder, "gcc", "--coverage", "src/sum.o", "main.o", "-o", "check").returncode == 0
    assert run(folder, "./check").returncode == 0
    return folder


def expect(coverage):
    assert list(coverage.files) == ["main.c", "src/sum.c", "src/sum.h"]
    assert coverage.files["src/sum.c"].lines == {4: 1, 7: 1, 10: 0}
    assert coverage.files["src/sum.h"].lines == {1: 1, 2: 1}
    assert coverage.files["src/sum.c"].functions == (Function("add", 4, 8, 1), Function("never", 10, 10, 0))


@pytest.mark.needs_gcc
def test_printed_documents(built, run):
    report = run(built, "gcov", "--json-format", "--stdout", "src/sum.gcda", "main.gcda").stdout
    assert report.count(b"\n") == 2
    expect(read_coverage("gcov-json", report, str(built)))
    expect(read_coverage("gcov-json", report.replace(b"\n", b""), str(built)))


@pytest.mark.needs_gcc
def test_files_with_gzip(built, run):
    assert run(built, "gcov", "--json-format", "src/sum.gcda", "main.gcda").returncode == 0
    files = sorted(built.glob("*.gcov.json.gz"))
    assert len(files) == 2
    expect(read_coverage("gcov-json", b"".join(file.read_bytes() for file in files), str(built)))


def test_one_document_over_several_lines_and_code_without_a_place():
    report = b"""{
      "current_working_directory": "/build/out",
      "files": [{"file": "../a.c", "lines": [{"line_number": 0, "count": 1}, {"line_number": 2, "count": 1}],
                 "functions": [{"name": "made up", "start_line": 0, "execution_count": 1}]}]
    }"""
    coverage = read_coverage("gcov-json", report, "/build")
    assert coverage.files["a.c"].lines == {2: 1}
    assert coverage.files["a.c"].functions == ()


def test_a_gzip_bomb_is_refused():
    with pytest.raises(ReportError, match="larger than 64 MiB when unpacked"):
        read_coverage("gcov-json", gzip.compress(b" " * (REPORT_LIMIT + 1)), "/build")


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (gzip.compress(b'{"files": []}', mtime=0)[:-5], "gzip data is cut off"),
        (b"\x1f\x8bnonsense", "gzip data is broken"),
        (gzip.compress(b"", mtime=0), "it is empty"),
        (b'{"files": [{"file": "a.c"', "not JSON"),
        (b"[]", "another shape"),
    ],
)
def test_errors(report, reason):
    with pytest.raises(ReportError, match=reason):
        read_coverage("gcov-json", report, "/build")
