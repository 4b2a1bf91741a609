"""Covered gain of random patches of small projects, against a definition that looks at one line at a time."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
from edited_files import LINES, MANY_LINES, Lines, edited, git_diff, slow_map
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.measure.gain import Gain, covered_gain
from specrun.measure.line_map import LineMap, parse_hunks
from specrun.measure.patched import FileChange, Patched
from specrun.measure.paths import Matcher
from specrun.measure.reports import Coverage, FileCoverage
from specrun.spec.models.common import Paths
from specrun.spec.values import Glob

MATCHER = Matcher(Paths(source=(Glob("src/"),), tests=(Glob("test_*"),), ignore=(Glob("gen/"),)))
BASE_PATHS = ["src/a.py", "src/b.py", "src/test_c.py", "gen/d.py", "notes.py"]
NEW_PATHS = ["src/e.py", "src/test_f.py", "gen/g.py", "other.py"]

Figures = tuple[int | None, ...]


class Project(msgspec.Struct):
    """A project before and after a patch. `fates` says what the base's files are called after it."""

    before: dict[str, Lines]
    after: dict[str, Lines]
    fates: dict[str, str | None]


@st.composite
def projects(draw) -> Project:
    before = draw(st.dictionaries(st.sampled_from(BASE_PATHS), MANY_LINES, min_size=2))
    names = draw(st.permutations(NEW_PATHS))
    project = Project(before, {}, {})
    for path, lines in before.items():
        fate = draw(st.sampled_from(["keep", "edit", "edit", "delete", "rename"]))
        name = {"delete": None, "rename": names.pop() if fate == "rename" and names else path}.get(fate, path)
        project.fates[path] = name
        if name is not None:
            project.after[name] = lines if fate == "keep" else draw(edited(lines))
    for path in names[: draw(st.integers(0, 2))]:
        project.after[path] = draw(LINES)
    return project


class Facts(msgspec.Struct):
    """What was measured before and after, and the inline tests before and after."""

    before: Coverage
    after: Coverage
    inline: tuple[dict[str, list[int]], dict[str, list[int]]]


def facts(seed: int) -> Facts:
    """Draw all at once and densely: a search line by line would find little to gain."""
    draw = random.Random(seed)

    def some(values: list) -> list:
        return [value for value in values if draw.random() < 0.8]

    def report() -> Coverage:
        return Coverage(
            {
                path: FileCoverage(
                    {line: draw.choice([0, 0, 1, 2]) for line in some(LINE_NUMBERS)},
                    branches={line: draw.choice(COUNTS) for line in some(LINE_NUMBERS)},
                )
                for path in some([*BASE_PATHS, *NEW_PATHS, "src/ghost.py"])
            }
        )

    def inline() -> dict[str, list[int]]:
        return {path: draw.sample(LINE_NUMBERS, 3) for path in [*BASE_PATHS, *NEW_PATHS]}

    return Facts(report(), report(), (inline(), inline()))


LINE_NUMBERS = list(range(1, 21))
COUNTS = [(0, 2), (0, 2), (1, 2), (2, 2), (1, 3)]
FACTS = st.builds(facts, st.integers(0, 2**32))


def fast(folder: Path, project: Project, known: Facts) -> Gain:
    changes = []
    for path, lines in project.before.items():
        name = project.fates[path]
        now = None if name is None else project.after[name]
        if name != path or now != lines:
            hunks = LineMap(parse_hunks(git_diff(folder, lines, now)))
            changes.append(FileChange(path, name, hunks))
    for path in project.after.keys() - set(project.fates.values()):
        hunks = LineMap(parse_hunks(git_diff(folder, None, project.after[path])))
        changes.append(FileChange(None, path, hunks))
    lengths = {path: len(lines) for path, lines in project.before.items()}
    inline_before, inline_after = (side.__getitem__ for side in known.inline)
    patched = Patched(changes, MATCHER, lengths.get, inline_before=inline_before, inline_after=inline_after)
    return covered_gain(known.before, known.after, patched)


class Slow:
    """Every line of the base and of the patched tree, one at a time."""

    def __init__(self, folder: Path, project: Project, known: Facts) -> None:
        self.project, self.inline = project, known.inline
        self.before, self.after = known.before, known.after
        self.places = {
            (path, old): (name, new)
            for path, name in project.fates.items()
            if name is not None
            for old, new in slow_map(folder, project.before[path], project.after[name]).items()
        }

    def base_lines(self):
        """Each source line of the base, with where it is now: None where it does not count any more."""
        for path, lines in self.project.before.items():
            for line in range(1, len(lines) + 1):
                if MATCHER.kind(path) == "source" and line not in self.inline[0][path]:
                    place = self.places.get((path, line))
                    if place and (MATCHER.kind(place[0]) != "source" or place[1] in self.inline[1][place[0]]):
                        place = None
                    yield path, line, place

    def figures(self) -> Figures:
        """missed, gain, lost, own lines, own lines hit."""
        missed = gain = lost = 0
        for path, line, place in self.base_lines():
            now = place and hits(self.after, *place)
            known = path in self.before.files
            was = hits(self.before, path, line) if known else now if now is None else 0
            if was is not None:
                missed += was == 0
                gain += was == 0 and bool(now)
                lost += was > 0 and place is not None and not now
        own = [
            hits(self.after, path, line)
            for path, lines in self.project.after.items()
            for line in range(1, len(lines) + 1)
            if (path, line) not in self.places.values() and MATCHER.kind(path) != "ignored"
        ]
        measured = [count for count in own if count is not None]
        return missed, gain, lost, len(measured), sum(count > 0 for count in measured)

    def branches(self) -> tuple[int, int]:
        """Branches missed and gained."""
        missed = gain = 0
        for path, line, place in self.base_lines():
            now = branches(self.after, *place) if place else None
            known = path in self.before.files
            was = branches(self.before, path, line) if known else now and (0, now[1])
            if was:
                missed += was[1] - was[0]
                gain += max(0, now[0] - was[0]) if now and now[1] == was[1] else 0
        return missed, gain


def hits(report: Coverage, path: str, line: int) -> int | None:
    return report.files[path].lines.get(line) if path in report.files else None


def branches(report: Coverage, path: str, line: int) -> tuple[int, int] | None:
    return report.files[path].branches.get(line) if path in report.files else None


@settings(max_examples=120, deadline=None)
@given(project=projects(), known=FACTS)
def test_the_gain_is_what_a_look_at_every_line_says(tmp_path_factory, project, known):
    folder = tmp_path_factory.mktemp("diffs")
    found = fast(folder, project, known)
    slow = Slow(folder, project, known)
    assert (found.missed, found.gain, found.lost, found.own_lines, found.own_lines_hit) == slow.figures()
    assert (found.branches_missed or 0, found.branch_gain or 0) == slow.branches()


@settings(max_examples=25, deadline=None)
@given(project=projects(), known=FACTS)
def test_a_hit_more_never_gains_less(tmp_path_factory, project, known):
    folder = tmp_path_factory.mktemp("diffs")
    all_hit = {
        path: FileCoverage(dict.fromkeys(file.lines, 1), branches=file.branches)
        for path, file in known.after.files.items()
    }
    some = fast(folder, project, known)
    most = fast(folder, project, msgspec.structs.replace(known, after=Coverage(all_hit)))
    assert some.gain <= most.gain <= most.missed == some.missed
    assert most.own_lines == most.own_lines_hit == some.own_lines
