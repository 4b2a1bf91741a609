"""Whatever an agent leaves as its report, the only error is ReportError, and it is one short line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specrun.measure.coverage import READERS as COVERAGE
from specrun.measure.coverage import read_coverage
from specrun.measure.reports import REPORT_LIMIT, ReportError
from specrun.measure.tests import READERS as TESTS
from specrun.measure.tests import read_tests

FORMATS = [*TESTS, *COVERAGE]
XML_FORMATS = {"junit": "testsuites", "cobertura": "coverage", "jacoco": "report"}

each_format = pytest.mark.parametrize("format_", FORMATS)
each_xml_format = pytest.mark.parametrize("format_", XML_FORMATS)


def read(format_, data):
    return read_tests(format_, data) if format_ in TESTS else read_coverage(format_, data, "/build")


def reason(format_, data) -> str:
    with pytest.raises(ReportError) as caught:
        read(format_, data)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 200
    return message


@each_format
def test_empty_huge_binary(format_):
    assert reason(format_, b"") == "it is empty"
    assert reason(format_, b" \r\n\t") == "it is empty"
    assert reason(format_, b"x" * (REPORT_LIMIT + 1)) == "it is larger than 64 MiB"
    assert reason(format_, b"1..1\nok 1 a\0b\n") == "it has NUL bytes"
    assert reason(format_, "<testsuites/>".encode("utf-16")) == "it is UTF-16; expected UTF-8"


@each_format
def test_another_format(format_):
    assert reason(format_, b"PASSED all 12 tests\n")
    assert reason(format_, b"\x89PNG\r\n\x1a\n")
    assert reason(format_, b"<!DOCTYPE html><html><body>404</body></html>")


@each_format
def test_deep_nesting(format_):
    for opening in (b"<testsuite>", b"<a>", b"[", b'{"files":', b"{"):
        assert reason(format_, opening * 100_000)


@each_xml_format
def test_deep_documents_are_refused_at_once(format_):
    root = XML_FORMATS[format_]
    document = f"<{root}>{'<a>' * 100_000}{'</a>' * 100_000}</{root}>"
    assert reason(format_, document.encode()) == "its XML is nested deeper than 100"


ENTITIES = {
    "bomb": '[<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]',
    "file": '[<!ENTITY c SYSTEM "file:///etc/passwd">]',
    "parameter": '[<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]',
    "unparsed": '[<!NOTATION n SYSTEM "n"><!ENTITY c SYSTEM "c" NDATA n>]',
}


@each_xml_format
@pytest.mark.parametrize("entities", ENTITIES.values(), ids=ENTITIES)
def test_entities_are_refused(format_, entities):
    root = XML_FORMATS[format_]
    document = f"<!DOCTYPE {root} {entities}><{root} name='&c;'/>"
    assert reason(format_, document.encode()) == "its XML declares or refers to entities"


@each_xml_format
def test_broken_xml(format_):
    root = XML_FORMATS[format_]
    assert (
        reason(format_, f"<{root}>".encode()) == f"it is not well-formed XML: line 1, column {len(root) + 3}"
    )
    assert "not well-formed" in reason(format_, f"<{root}>&nosuch{'x' * 500};</{root}>".encode())
    assert "encoding" in reason(format_, f"<?xml version='1.0' encoding='utf-7'?><{root}/>".encode())
    assert "encoding" in reason(format_, f"<?xml version='1.0' encoding='nonsense'?><{root}/>".encode())


@each_xml_format
def test_an_unloaded_doctype_is_tolerated(format_):
    root = XML_FORMATS[format_]
    read(format_, f'<!DOCTYPE {root} PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"><{root}/>'.encode())


@pytest.mark.parametrize("format_", ["junit", "tap"])
def test_absurd_numbers_of_tests(format_):
    report = {
        "junit": b"<testsuite>" + b"<testcase/>" * 500_001 + b"</testsuite>",
        "tap": b"ok\n" * 500_001,
    }
    assert reason(format_, report[format_]) == "it has more than 500000 tests"


COBERTURA = (
    b'<coverage><sources><source>/b</source></sources><packages><package><classes><class filename="a">'
    b'<lines><line number="1" hits="1" condition-coverage="50% (1/2)"/></lines></class></classes></package>'
    b"</packages></coverage>"
)
SEEDS = [
    b'<testsuites><testsuite name="a"><testcase name="b"><failure/></testcase></testsuite></testsuites>',
    b"TAP version 13\n    ok 1 - a # SKIP\n    1..1\nnot ok 1 - b\n  ---\n  a: b\n  ...\n1..1\n",
    b'{"Action":"run","Package":"p","Test":"T"}\n{"Action":"pass","Package":"p","Test":"T"}\n',
    b'{"Action":"pass","Package":"p"}\n',
    b'{"files":{"a.py":{"executed_lines":[1],"missing_lines":[2],"functions":{"f":{"executed_lines":[1]}}}}}',
    (
        b'{"files":{"a.py":{"executed_lines":[1],"missing_lines":[],"executed_branches":[[1,-1]],'
        b'"missing_branches":[[1,2]]}}}'
    ),
    COBERTURA,
    b"SF:a.c\nFN:1,2,f\nFNDA:1,f\nFNL:0,1,2\nFNA:0,1,f\nDA:1,1\nBRDA:1,0,0,-\nend_of_record\n",
    (
        b'{"files":[{"file":"a.c","lines":[{"line_number":1,"count":1,"branches":[{"count":1,"throw":false}]}],'
        b'"functions":[]}]}\n'
    ),
    b"mode: set\na.go:1.1,2.2 1 1\n",
    (
        b'<report><package name="p"><sourcefile name="A"><line nr="1" ci="1" mb="1" cb="1"/></sourcefile>'
        b"</package></report>"
    ),
]


@st.composite
def damaged(draw):
    """A report with bytes lost, repeated or put in."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 20)))
        new = draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from([data[start:end] * 2, b"-1", b"9" * 25, b"\\ud800"])
            )
        )
        data = data[:start] + new + data[end:]
    return data


@each_format
@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=200), damaged()))
@example(b'{"files": {"\\ud800": {}}}')
def test_only_report_errors(format_, data):
    with contextlib.suppress(ReportError):
        read(format_, data)


def test_files_and_functions_of_a_coverage_report_are_bounded():
    empty = ", ".join(
        f'"{number}": {{"executed_lines": [], "missing_lines": []}}' for number in range(250_001)
    )
    assert reason("coverage-json", f'{{"files": {{{empty}}}}}'.encode()) == "it has more than 5000000 counts"
    functions = "".join(f"FN:1,f{number}\nFNDA:1,f{number}\n" for number in range(10_001))
    report = f"SF:a.c\n{functions}DA:1,1\nend_of_record\n".encode()
    assert "it has more than 10000 functions in one file" in reason("lcov", report)
