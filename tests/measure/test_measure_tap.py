from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.reports import ReportError
from specrun.measure.tests import read_tests

NODE_SUITE = """
const { describe, it, test } = require('node:test');
test('top', () => { console.log('not ok 7 - printed'); console.log('okay, printed'); });
test('hash # SKIP is part of the name', () => {});
describe('cart', () => {
  it('adds', () => {});
  it('breaks', () => { throw new Error('no\\n...\\nok 9 - from a stack'); });
  it.skip('later', () => {});
  it.todo('planned', () => { throw new Error('not yet'); });
  describe('empty', () => { it('adds', () => {}); });
});
test('parent', async (t) => { await t.test('child', () => {}); throw new Error('the parent itself'); });
"""

UNITTEST_RUNNER = """
import unittest
from tap import TAPTestRunner

class Sums(unittest.TestCase):
    def test_add(self): self.assertEqual(1 + 1, 2)
    def test_wrong(self): self.assertEqual(1, 2)
    @unittest.skip("later")
    def test_later(self): pass
    @unittest.expectedFailure
    def test_known(self): self.fail()

runner = TAPTestRunner()
runner.set_stream(True)
unittest.main(testRunner=runner)
"""


def statuses(text: str | bytes):
    data = text.encode() if isinstance(text, str) else text
    return {test.id: test.status for test in read_tests("tap", data).tests}


@pytest.mark.needs_node
def test_node_report(project, run):
    folder = project({"cart.test.js": NODE_SUITE})
    assert statuses(run(folder, "node", "--test", "--test-reporter=tap").stdout) == {
        "cart::adds": "passed",
        "cart::breaks": "failed",
        "cart::empty::adds": "passed",
        "cart::later": "skipped",
        "cart::planned": "skipped",
        "hash # SKIP is part of the name": "passed",
        "parent": "failed",
        "parent::child": "passed",
        "top": "passed",
    }


def test_report_of_unittest(project, run):
    folder = project({"sums.py": UNITTEST_RUNNER})
    found = statuses(run(folder, sys.executable, "sums.py").stdout)
    assert {name.split()[0]: status for name, status in found.items()} == {
        "test_add": "passed",
        "test_known": "skipped",
        "test_later": "skipped",
        "test_wrong": "failed",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1..2\nok\nnot ok\n", {"(no name)": "passed", "(no name)#2": "failed"}),
        ("TAP version 14\r\n1..1\r\nok 1 - dos\r\n", {"dos": "passed"}),
        ("ok 1 - late plan\n1..1", {"late plan": "passed"}),
        ("1..0 # SKIP nothing here\n", {}),
        ("1..2\nok 1 - a # skip why\nnot ok 2 - b # TODO\n", {"a": "skipped", "b": "skipped"}),
        ("1..1\nnoise\n   ok 9 odd indent\n\tok 9\nok 1 x\n", {"x": "passed"}),
        ("1..1\n    ok 1 - in\n    1..1\nok 1 - out # SKIP\n", {"out::in": "passed"}),
        ("1..1\n    not ok 1 - in\n    1..1\nnot ok 1 - out # TODO\n", {"out::in": "skipped"}),
        ("1..1\n    1..0\nok 1 - without subtests\n", {"without subtests": "passed"}),
        ("1..3\nok 1 a\nBail out! no database\n", {"a": "passed", "Bail out!": "error"}),
        ("1..1\nok 1 - y\n  ---\n  text: |\n    ok 2 - quoted\n  ...\n", {"y": "passed"}),
    ],
)
def test_shapes(text, expected):
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ok 1\nok 2\n", "no plan"),
        ("hello\n", "no plan"),
        ("1..3\nok 1\nok 2\n", "planned 3 tests and reports 2"),
        ("1..1\nok 1\nok 2\n", "planned 1 tests and reports 2"),
        ("1..1\nok 1\n1..1\n", "two plans"),
        ("1..1\n    1..2\n    ok 1\nok 1\n", "planned 2 tests and reports 1"),
        ("1..1\n    ok 1\n", "subtests without a result"),
        ("1..1\n    ok 1\n        ok 1\nok 1\n", "subtests without a result"),
        ("1..1\nok 1\n  ---\n  cut: off\n", "inside a YAML block"),
        ("1..1\nok " + "9" * 5000, "number that is absurd"),
        ("".join("    " * depth + "ok 1\n" for depth in range(60)), "nested deeper than 50"),
    ],
)
def test_errors(text, reason):
    with pytest.raises(ReportError, match=reason):
        statuses(text)


names = st.text("abc xyz().:[]\\", min_size=1, max_size=8).map(lambda name: "t" + name.rstrip(" \\"))
trees = st.recursive(
    st.booleans(), lambda inner: st.dictionaries(names, inner, min_size=1, max_size=4), max_leaves=30
)


def write(tree, depth=0):
    pad = "    " * depth
    for number, (name, what) in enumerate(tree.items(), 1):
        if isinstance(what, dict):
            yield from write(what, depth + 1)
        escaped = name.replace("\\", "\\\\").replace("#", "\\#")
        yield f"{pad}{'ok' if passes(what) else 'not ok'} {number} - {escaped}"
    yield f"{pad}1..{len(tree)}"


def passes(what):
    return what if isinstance(what, bool) else all(map(passes, what.values()))


def leaves(tree, path=()):
    for name, what in tree.items():
        if isinstance(what, dict):
            yield from leaves(what, (*path, name))
        else:
            yield "::".join((*path, name)), "passed" if what else "failed"


@given(st.dictionaries(names, trees, max_size=4))
def test_round_trip(tree):
    found = read_tests("tap", "\n".join(write(tree)).encode()).tests
    assert sorted(test.status for test in found) == sorted(status for _, status in leaves(tree))
    expected = dict(leaves(tree))
    if len(expected) == len(found):
        assert {test.id: test.status for test in found} == expected


def test_memory_addresses_are_no_part_of_a_name():
    first = read_tests("tap", b"1..1\nok 1 - takes <function f at 0x7f0d8e11b100>\n")
    second = read_tests("tap", b"1..1\nok 1 - takes <function f at 0x7ffe00aa1234>\n")
    assert first == second
    assert first.tests[0].id.endswith("<function f at 0x>")
