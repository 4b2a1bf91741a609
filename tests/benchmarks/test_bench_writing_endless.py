"""A fault that never ends costs its wall limit, and is noticed."""

from __future__ import annotations

from writing_bench import score

SPIN = """\
def down(count):
    while count:
        count -= 1
    return count
"""

TESTS = """\
import unittest

import spin


class Spin(unittest.TestCase):
    def test_down(self):
        self.assertEqual(spin.down(5), 0)
"""


def test_a_mutant_that_never_ends_is_killed(writing) -> None:
    writing.file("spin.py", SPIN)
    writing.project["writing"]["files"] = [{"id": "spin", "source": "spin.py", "test": "tests/test_spin.py"}]
    writing.spec["graders"].append({"use": "mutation", "with": {"mutants": 3, "wall": 3}})
    writing.agent("good", {"write": "tests/test_spin.py", "content": TESTS})
    figures = score(writing.run("--jobs", "2"), "good", "mutation").figures
    assert (figures["killed"], figures["mutants"]) == (3, 3)
    logs = [log.read_text(encoding="utf-8") for log in writing.root.rglob("grade/events.jsonl")]
    assert any('"ending":"wall_limit"' in log for log in logs), "else no mutant was endless"
