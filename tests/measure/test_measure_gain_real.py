"""Covered gain of a real edit and a real new test, measured by coverage.py before and after."""

from __future__ import annotations

import sys

from edited_files import git_diff

from specrun.measure.arithmetic import FileLines
from specrun.measure.coverage import read_coverage
from specrun.measure.gain import FileGain, covered_gain
from specrun.measure.line_map import LineMap, parse_hunks
from specrun.measure.patched import FileChange, Patched
from specrun.measure.paths import Matcher
from specrun.spec.models.common import Paths
from specrun.spec.values import Glob

CART = """\
def total(prices, discount):
    value = sum(prices)
    if discount and value > 10:
        value -= discount
    return value


def label(value):
    if value == 0:
        return "free"
    return f"{value} coins"
"""

# A line goes in at the top, and line 10 is another line, though it does the same.
EDITED = "# Prices are whole coins.\n" + CART.replace('return "free"', 'return "fr" "ee"')

NEVER = "VALUE = 1\n\n\ndef shout(text):\n    return text.upper()\n"

TEST = "from cart import total\n\n\ndef test_total():\n    assert total([1, 2], 0) == 3\n"

NEW_TEST = """\
from cart import label, total
from never import VALUE


def test_label():
    assert label(0) == "free"
    assert label(VALUE) == "1 coins"


def test_discount():
    assert total([20], 5) == 15
"""

PATHS = Paths(source=(Glob("*.py"),), tests=(Glob("test_*.py"),))


def measure(run, folder):
    python = [sys.executable, "-m", "coverage"]
    flags = ["-p", "no:cacheprovider", "-q"]
    tested = run(folder, *python, "run", "--branch", "--source=.", "-m", "pytest", *flags)
    assert tested.returncode == 0, tested.stdout
    assert run(folder, *python, "json", "-o", "report.json").returncode == 0
    return read_coverage("coverage-json", (folder / "report.json").read_bytes(), str(folder))


def test_gain_of_a_real_patch(project, run, tmp_path_factory):
    folder = project({"cart.py": CART, "never.py": NEVER, "test_cart.py": TEST})
    before = measure(run, folder)
    project({"cart.py": EDITED, "test_new.py": NEW_TEST})
    after = measure(run, folder)

    def hunks(old: str | None, new: str):
        sides = (None if text is None else text.encode().splitlines(keepends=True) for text in (old, new))
        return LineMap(parse_hunks(git_diff(tmp_path_factory.mktemp("diff"), *sides)))

    changes = [
        FileChange("cart.py", "cart.py", hunks(CART, EDITED)),
        FileChange(None, "test_new.py", hunks(None, NEW_TEST)),
    ]
    lengths = {"cart.py": CART.count("\n"), "never.py": NEVER.count("\n"), "test_cart.py": TEST.count("\n")}
    found = covered_gain(before, after, Patched(changes, Matcher(PATHS), lengths.get))
    assert found.files == (
        # Missed before: 4 and the body of label, 9 to 11. 10 was changed, so that hitting it gains nothing.
        # Branches: of line 3 one of two was taken, of line 9 none. All three more are taken now: the test of
        # label takes both ways out of line 9, whose targets moved but are as many.
        FileGain("cart.py", 4, (4, 9, 11), (), 3, 3),
        # coverage.py names it, for it is below --source. Nobody calls shout: only lines 1 and 4 are gained.
        FileGain("never.py", 3, (1, 4), (), 0, 0),
    )
    # Of the source only line 10 is the patch's own, a comment is not executable; of the test all but blanks.
    assert found.own == (FileLines("cart.py", 1, 1), FileLines("test_new.py", 7, 7))
