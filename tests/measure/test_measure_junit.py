from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from specrun.measure.reports import ReportError
from specrun.measure.tests import read_tests

PYTEST_SUITE = """
import pytest

def test_passes(): pass

@pytest.mark.parametrize("word", ["a", "b c"])
def test_words(word): assert word == "a"

@pytest.mark.skip
def test_skipped(): pass

@pytest.mark.xfail
def test_known_to_fail(): assert False

@pytest.mark.xfail(strict=True)
def test_passes_by_surprise(): pass

class TestGroup:
    @pytest.fixture
    def broken(self): raise ValueError
    def test_setup(self, broken): pass

@pytest.fixture
def breaks_later():
    yield
    raise ValueError

def test_teardown(breaks_later): pytest.skip("now")
"""

NODE_SUITE = """
const { describe, it, test } = require('node:test');
test('top', () => {});
describe('cart', () => {
  it('adds', () => {});
  it('breaks', () => { throw new Error('no'); });
  it.skip('later', () => {});
  it.todo('planned', () => { throw new Error('not yet'); });
  describe('empty', () => { it('adds', () => {}); });
});
"""


def statuses(run):
    return {test.id: test.status for test in run.tests}


def test_pytest_report(project, run):
    folder = project({"test_it.py": PYTEST_SUITE, "test_bad.py": "import nothing_of_that_name\n"})
    run(folder, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=r.xml",
        "--continue-on-collection-errors", ".")  # fmt: skip
    report = read_tests("junit", (folder / "r.xml").read_bytes())
    assert statuses(report) == {
        "pytest::test_bad": "error",
        "test_it.TestGroup::test_setup": "error",
        "test_it::test_known_to_fail": "skipped",
        "test_it::test_passes": "passed",
        "test_it::test_passes_by_surprise": "failed",
        "test_it::test_skipped": "skipped",
        "test_it::test_teardown": "error",
        "test_it::test_words[a]": "passed",
        "test_it::test_words[b c]": "failed",
    }
    assert (report.ran, report.broken) == (7, 5)


@pytest.mark.needs_node
def test_node_report(project, run):
    folder = project({"cart.test.js": NODE_SUITE})
    report = run(folder, "node", "--test", "--test-reporter=junit").stdout
    assert statuses(read_tests("junit", report)) == {
        "cart::adds": "passed",
        "cart::breaks": "failed",
        "cart::empty::adds": "passed",
        "cart::later": "skipped",
        "cart::planned": "skipped",
        "top": "passed",
    }


def test_unittest_report(data):
    assert statuses(read_tests("junit", data("unittest.xml"))) == {
        "test_money.MoneyTest::test_add": "passed",
        "test_money.MoneyTest::test_divide": "error",
        "test_money.MoneyTest::test_format": "failed",
        "test_money.MoneyTest::test_later": "skipped",
    }


def test_odd_report(data):
    assert statuses(read_tests("junit", data("odd.xml"))) == {
        "(no name)": "passed",
        "C::line\ufffdbreak \ufffdreversed": "passed",
        "C::teardown broke": "error",
        "disabled": "skipped",
        "outer::inner::leaf": "passed",
        "same": "passed",
        "same#2": "failed",
        "same#2#2": "passed",
    }


def test_a_report_without_tests():
    assert read_tests("junit", b"<testsuites/>").tests == ()


def test_long_names_are_cut_and_stay_apart():
    case = '<testcase name="%s"/>' % ("n" * 2000)
    ids = [test.id for test in read_tests("junit", f"<testsuite>{case}{case}</testsuite>".encode()).tests]
    assert ids == ["n" * 500, "n" * 500 + "#2"]


def test_another_root_is_refused():
    with pytest.raises(ReportError, match="root element is 'html'; expected testsuites or testsuite"):
        read_tests("junit", b"<html/>")


RESULTS = {"passed": [], "failed": [Failure()], "error": [Error()], "skipped": [Skipped()]}


@given(
    st.dictionaries(
        st.text(
            st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Cs"]), min_size=1
        ),
        st.sampled_from(sorted(RESULTS)),
    )
)
def test_round_trip(expected):
    suite = TestSuite("suite")
    for name, status in expected.items():
        case = TestCase(name, "Class")
        case.result = RESULTS[status]
        suite.append(case)
    document = JUnitXml()
    document.append(suite)
    run = read_tests("junit", document.tostring())
    assert statuses(run) == {f"Class::{name}": status for name, status in expected.items()}
    assert [test.id for test in run.tests] == sorted(test.id for test in run.tests)
