from __future__ import annotations

import json

import pytest

from specrun.measure.reports import ReportError
from specrun.measure.tests import read_tests


def test_report(data):
    report = read_tests("go-json", data("go-test.jsonl"))
    assert {test.id: test.status for test in report.tests} == {
        "example.com/shop/cart::TestNetwork": "skipped",
        "example.com/shop/cart::TestTotal": "failed",
        "example.com/shop/cart::TestTotal/empty": "passed",
        "example.com/shop/cart::TestTotal/two_items": "failed",
        "example.com/shop/exits": "error",
        "example.com/shop/exits::TestFine": "passed",
        "example.com/shop/panics::TestPanics": "error",
        "example.com/shop/tax": "error",
    }


def test_a_test_that_runs_twice_is_two_tests():
    events = [
        {"Action": action, "Package": "p", "Test": "TestA"} for action in ("run", "pass", "run", "fail")
    ]
    lines = [json.dumps(event) for event in [*events, {"Action": "fail", "Package": "p"}]]
    report = read_tests("go-json", "\n".join(lines).encode())
    assert [(test.id, test.status) for test in report.tests] == [
        ("p::TestA", "passed"),
        ("p::TestA#2", "failed"),
    ]


def test_every_cut_inside_a_line_or_a_package_is_noticed(data):
    whole = data("go-test.jsonl")
    first_package = whole[: whole.index(b"# example")].rstrip()
    ends = range(1, len(first_package))
    noticed = 0
    for end in ends:
        with pytest.raises(ReportError):
            read_tests("go-json", first_package[:end])
        noticed += 1
    assert noticed == len(ends)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ok  \texample.com/shop\t0.1s\n", "no events"),
        ('{"files": {}}', "no events"),
        ('{"Action": "run", "Pack', "line 1: it is not JSON"),
        ('{"Action": 1}', "line 1: its JSON has another shape"),
        ('\n{"Action": ' + "[" * 100_000, "line 2: its JSON"),
        ('{"x": ' * 100_000, "nested too deeply"),
    ],
)
def test_errors(text, reason):
    with pytest.raises(ReportError, match=reason):
        read_tests("go-json", text.encode())
