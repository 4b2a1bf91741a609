from __future__ import annotations

import pytest
from edited_files import LINES, edited, git_diff, slow_map
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.measure.line_map import REPLACED, UNCHANGED, Hunk, LineMap, parse_hunks

BASE = [b"%d\n" % number for number in range(1, 9)]


def mapped(lines: LineMap, count: int) -> list[int | None]:
    return [lines.new(line) for line in range(1, count + 1)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BASE, [1, 2, 3, 4, 5, 6, 7, 8]),
        ([b"new\n", *BASE], [2, 3, 4, 5, 6, 7, 8, 9]),
        # Two lines after the third: the rest goes down by two.
        ([*BASE[:3], b"x\n", b"y\n", *BASE[3:]], [1, 2, 3, 6, 7, 8, 9, 10]),
        ([*BASE[:2], *BASE[5:]], [1, 2, None, None, None, 3, 4, 5]),
        # One line is replaced by two.
        ([*BASE[:3], b"x\n", b"y\n", *BASE[4:]], [1, 2, 3, None, 6, 7, 8, 9]),
        # Lines 2 and 3 move behind line 7: to git they go away there and are added here.
        ([BASE[0], *BASE[3:7], *BASE[1:3], BASE[7]], [1, None, None, 2, 3, 4, 5, 8]),
        # Only lines 4 and 5 get other line ends: to git they are other lines.
        ([*BASE[:3], b"4\r\n", b"5\r\n", *BASE[5:]], [1, 2, 3, None, None, 6, 7, 8]),
        # The last line loses its end, and so is another line.
        ([*BASE[:7], b"8"], [1, 2, 3, 4, 5, 6, 7, None]),
        ([], [None] * 8),
    ],
)
def test_edits(tmp_path, after, expected):
    lines = LineMap(parse_hunks(git_diff(tmp_path, BASE, after)))
    assert mapped(lines, 8) == expected
    assert [lines.is_added(line) for line in range(1, len(after) + 1)] == [
        line not in expected for line in range(1, len(after) + 1)
    ]


def test_an_edit_of_a_file_with_crlf(tmp_path):
    base = [line.replace(b"\n", b"\r\n") for line in BASE]
    after = [base[0], b"new\r\n", *base[1:6], b"7\r\n", *base[7:]]
    lines = LineMap(parse_hunks(git_diff(tmp_path, base, after)))
    assert mapped(lines, 8) == [1, 3, 4, 5, 6, 7, 8, 9]


def test_new_and_deleted_files(tmp_path):
    assert parse_hunks(git_diff(tmp_path, None, BASE)) == (Hunk(0, 0, 1, 8),)
    assert parse_hunks(git_diff(tmp_path, BASE, None)) == (Hunk(1, 8, 0, 0),)
    assert parse_hunks(git_diff(tmp_path, None, [])) == ()


def test_maps_without_a_diff():
    assert (UNCHANGED.new(7), UNCHANGED.old(7), UNCHANGED.is_added(7)) == (7, 7, False)
    assert (REPLACED.new(7), REPLACED.old(7), REPLACED.is_added(7)) == (None, None, True)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), before=LINES)
def test_a_map_says_what_the_whole_diff_shows(tmp_path_factory, data, before):
    after = data.draw(edited(before))
    folder = tmp_path_factory.mktemp("diff")
    lines = LineMap(parse_hunks(git_diff(folder, before, after)))
    expected = slow_map(folder, before, after)
    back = {new: old for old, new in expected.items()}
    assert mapped(lines, len(before)) == [expected.get(line) for line in range(1, len(before) + 1)]
    for line in range(1, len(after) + 1):
        assert lines.old(line) == back.get(line)
        assert lines.is_added(line) == (line not in back)


@pytest.mark.parametrize(
    ("diff", "reason"),
    [
        (b"@@ -1 +1 @@\n-a\n", "other lines than its header says"),
        (b"@@ -1,999999999 +1 @@\n-a\n", "other lines than its header says"),
        (b"@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "other lines than its header says"),
        (b"@@ -1 +0,0 @@\n-a\n b\n", "between or after its hunks"),
        (b"@@ -1 +0,0 @@\n-a\ndiff --git a/x b/x\n", "between or after its hunks"),
        (b"diff --git a/x b/x\nnew file mode 100644\ndiff --git a/y b/y\n", "of several files"),
        (b"diff --git a/x b/x\nBinary files a/x and b/x differ\n", "binary"),
        (b"diff --git a/x b/x\nGIT binary patch\nliteral 0\n", "binary"),
    ],
)
def test_other_diffs_are_refused(diff, reason):
    with pytest.raises(ValueError, match=reason):
        parse_hunks(diff)


@pytest.mark.parametrize(
    "hunks",
    [
        [Hunk(5, 1, 5, 1), Hunk(2, 1, 2, 1)],
        [Hunk(2, 3, 2, 3), Hunk(4, 1, 4, 1)],
        [Hunk(2, 0, 2, 0), Hunk(5, 1, 7, 1)],
        [Hunk(3, 1, 4, 1)],
    ],
    ids=["order", "overlap", "shift", "shift at the top"],
)
def test_hunks_that_no_diff_has_are_refused(hunks):
    with pytest.raises(ValueError, match=f"hunk {len(hunks)} does not fit"):
        LineMap(hunks)
