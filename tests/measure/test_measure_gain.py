"""Covered gain on examples of which the figure can be counted by hand."""

from __future__ import annotations

import pytest

from specrun.measure.arithmetic import FileLines
from specrun.measure.gain import FileGain, covered_gain
from specrun.measure.line_map import REPLACED, Hunk, LineMap
from specrun.measure.patched import FileChange, Patched
from specrun.measure.paths import Matcher
from specrun.measure.reports import Coverage, FileCoverage
from specrun.spec.models.common import Paths
from specrun.spec.values import Glob

MATCHER = Matcher(Paths(source=(Glob("src/"),), tests=(Glob("test_*"),), ignore=(Glob("gen/"),)))
LENGTHS = {"src/a.py": 10, "src/b.py": 4, "src/test_a.py": 5, "src/gen/a.py": 5, "setup.py": 5}

Lines = dict[int, int]


def report(**files: FileCoverage | Lines) -> Coverage:
    """A report on files of src/, by their names without the end."""
    return Coverage(
        {
            f"src/{name}.py": lines if isinstance(lines, FileCoverage) else FileCoverage(lines)
            for name, lines in files.items()
        }
    )


def gain(before: Coverage, after: Coverage, *changes: FileChange, **inline):
    return covered_gain(before, after, Patched(changes, MATCHER, LENGTHS.get, **inline))


def edit(*hunks: tuple[int, int, int, int], after: str = "src/a.py") -> FileChange:
    """An edit of src/a.py."""
    return FileChange("src/a.py", after, LineMap(Hunk(*numbers) for numbers in hunks))


BEFORE = report(a={1: 1, 2: 0, 3: 0, 5: 0, 9: 3, 10: 0})


def test_nothing_changed_in_the_source():
    found = gain(BEFORE, report(a={1: 1, 2: 1, 3: 0, 5: 4, 9: 0, 10: 0}))
    assert found.files == (FileGain("src/a.py", 4, (2, 5), (9,), None, None),)
    assert (found.gain, found.missed, found.lost, found.branch_gain, found.branches_missed) == (
        *(2, 4, 1),
        *(None, None),
    )


def test_an_edit_above_shifts_the_lines():
    # Three lines come before line 1, so that lines 2 and 10 are lines 5 and 13. The new ones do not count.
    after = report(a={1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 0, 8: 0, 12: 1, 13: 1})
    found = gain(BEFORE, after, edit((0, 0, 1, 3)))
    assert found.files[0].gained == (2, 10)
    assert found.lost == 0
    assert found.own == (FileLines("src/a.py", 3, 3),)


def test_an_edit_inside_costs_the_lines_that_it_changes():
    # Lines 2 and 3 become one line, which is hit: it is the patch's own. Line 5 is line 4 now.
    found = gain(BEFORE, report(a={1: 1, 2: 1, 4: 1, 8: 1, 9: 0}), edit((2, 2, 2, 1)))
    assert (found.files[0].gained, found.missed) == ((5,), 4)
    assert (found.own_lines, found.own_lines_hit) == (1, 1)


def test_a_moved_block_counts_as_new():
    # Lines 2 and 3 go behind line 5: all is hit after, but of the missed lines only 5 and 10 stayed.
    after = report(a=dict.fromkeys(range(1, 11), 1))
    found = gain(BEFORE, after, edit((2, 2, 1, 0), (5, 0, 4, 2)))
    assert (found.files[0].gained, found.missed, found.own_lines) == ((5, 10), 4, 2)


def test_a_deleted_file_gains_nothing_and_stays_to_be_gained():
    # What the report after claims of it is of a file that is not there.
    found = gain(BEFORE, report(a={2: 1}), FileChange("src/a.py", None))
    assert found.files == (FileGain("src/a.py", 4, (), (), None, None),)


def test_a_renamed_file_is_followed():
    # Line 1 goes, so that line 2 is the first line of the new name.
    found = gain(BEFORE, report(c={1: 1, 8: 1}), edit((1, 1, 0, 0), after="src/c.py"))
    assert found.files == (FileGain("src/a.py", 4, (2,), (), None, None),)


@pytest.mark.parametrize("after", ["src/test_c.py", "src/gen/c.py", "c.py"])
def test_a_file_that_is_no_source_any_more_is_gone(after):
    found = gain(BEFORE, Coverage({after: FileCoverage({2: 1})}), edit(after=after))
    assert (found.gain, found.lost, found.missed) == (0, 0, 4)


def test_two_files_that_swap_their_names():
    before = report(a={1: 0, 2: 0}, b={1: 0})
    changes = [FileChange("src/a.py", "src/b.py"), FileChange("src/b.py", "src/a.py")]
    found = gain(before, report(a={1: 0}, b={1: 0, 2: 1}), *changes)
    assert [(file.path, file.gained) for file in found.files] == [("src/a.py", (2,)), ("src/b.py", ())]


def test_a_new_file_gains_nothing():
    new = LineMap([Hunk(0, 0, 1, 3)])
    changes = [FileChange(None, path, new) for path in ("src/new.py", "src/test_new.py", "src/gen/new.py")]
    hit = FileCoverage({1: 1, 2: 0, 3: 1, 99: 1})
    found = gain(BEFORE, Coverage({change.after or "": hit for change in changes}), *changes)
    assert found.gain == 0
    # Line 99 is not one of the lines that the patch added, and the file in gen/ is an ignored one.
    assert found.own == (FileLines("src/new.py", 2, 3), FileLines("src/test_new.py", 2, 3))


def test_a_file_that_was_never_imported():
    # The report before leaves b out. Line 1 of it went, 2 to 4 are 1 to 3: all were missed, one is not now.
    change = FileChange("src/b.py", "src/b.py", LineMap([Hunk(1, 1, 0, 0)]))
    found = gain(BEFORE, report(b={1: 0, 2: 5, 3: 0}), change)
    assert found.files[1] == FileGain("src/b.py", 3, (3,), (), None, None)
    assert found.missed == 7


def test_a_file_that_is_never_imported_any_more():
    found = gain(BEFORE, Coverage({}))
    assert (found.gain, found.files[0].lost) == (0, (1, 9))


def test_a_file_of_which_no_line_can_be_followed():
    found = gain(BEFORE, report(a={2: 1, 3: 0}), FileChange("src/a.py", "src/a.py", REPLACED))
    assert (found.gain, found.lost, found.missed, found.own_lines, found.own_lines_hit) == (0, 0, 4, 2, 1)


def test_only_source_counts():
    paths = ["src/test_a.py", "src/gen/a.py", "setup.py", "src/gone.py"]
    before, after = (Coverage({path: FileCoverage({1: hits}) for path in paths}) for hits in (0, 1))
    assert gain(before, after).files == ()


def test_lines_that_the_base_file_does_not_have():
    found = gain(report(b={0: 0, 4: 0, 5: 0}), report(a={10: 1, 11: 1}, b={0: 1, 4: 1, 5: 1}))
    assert [(file.path, file.missed, file.gained) for file in found.files] == [
        ("src/a.py", 1, (10,)),
        ("src/b.py", 1, (4,)),
    ]


def test_lines_of_inline_tests():
    # Before, lines 9 and 10 are a test. After, it stands at 10 and 11, and line 5 is inside another one.
    after = report(a={1: 1, 2: 1, 3: 0, 6: 1, 10: 1, 11: 1})
    inline = {
        "inline_before": {"src/a.py": {9, 10}}.__getitem__,
        "inline_after": {"src/a.py": {5, 6, 10, 11}}.__getitem__,
    }
    found = gain(BEFORE, after, edit((4, 0, 5, 1)), **inline)
    assert found.files == (FileGain("src/a.py", 3, (2,), (), None, None),)
    # A file that was never imported has the lines that are no tests in either numbering.
    found = gain(Coverage({}), after, edit((4, 0, 5, 1)), **inline)
    assert found.files == (FileGain("src/a.py", 3, (1, 2), (), None, None),)


def test_partial_branches():
    # Line 2: one branch more. 3: as many. 4: fewer, which is no loss. 5: other branches, nobody can say.
    # 6: changed. 7: gone from the report. Missed before: 1 + 1 + 0 + 2 + 1 + 1.
    lines = dict.fromkeys(range(1, 9), 1)
    branches = {2: (1, 2), 3: (1, 2), 4: (2, 2), 5: (0, 2), 6: (1, 2), 7: (1, 2)}
    now = {2: (2, 2), 3: (1, 2), 4: (1, 2), 5: (3, 4), 6: (2, 2), 9: (3, 3)}
    found = gain(
        report(a=FileCoverage(lines, branches=branches)),
        report(a=FileCoverage(lines, branches=now)),
        edit((6, 1, 6, 1)),
    )
    assert found.files == (FileGain("src/a.py", 0, (), (), 6, 1),)
    assert (found.branch_gain, found.branches_missed) == (1, 6)


def test_branches_of_a_file_that_was_never_imported():
    after = report(b=FileCoverage({1: 1, 2: 0}, branches={1: (1, 2)}))
    found = gain(report(a=FileCoverage({1: 1}, branches={1: (1, 2)})), after)
    assert [(file.branches_missed, file.branch_gain) for file in found.files] == [(1, 0), (2, 1)]
    # Where there was no test at all, nothing was imported.
    assert gain(Coverage({}), after).files == (FileGain("src/b.py", 2, (1,), (), 2, 1),)


def test_branches_that_only_one_report_measures():
    plain, branches = report(a={1: 1}), report(a=FileCoverage({1: 1}, branches={1: (1, 2)}))
    for before, after in ((plain, branches), (branches, plain), (plain, plain)):
        found = gain(before, after)
        assert (found.branch_gain, found.branches_missed) == (None, None)


def test_changes_that_contradict_each_other():
    for pair in ([edit(), FileChange("src/a.py", None)], [edit(), FileChange(None, "src/a.py")]):
        with pytest.raises(ValueError, match="two changes are about the same file"):
            Patched(pair, MATCHER, LENGTHS.get)
    # A file may go while another one comes in its place.
    Patched([FileChange("src/a.py", None), FileChange(None, "src/a.py")], MATCHER, LENGTHS.get)
