from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.arithmetic import FileLines, source_coverage
from specrun.measure.paths import Matcher
from specrun.measure.reports import Coverage, FileCoverage
from specrun.spec.models.common import Paths
from specrun.spec.values import Glob

MATCHER = Matcher(Paths(source=(Glob("src/"),), tests=(Glob("test_*"),), ignore=(Glob("gen/"),)))


def measure(files: dict[str, dict[int, int]], lengths: dict[str, int]):
    return source_coverage(
        Coverage({p: FileCoverage(lines) for p, lines in files.items()}), MATCHER, lengths.get
    )


def test_only_source_counts():
    lines = {1: 1, 2: 0}
    files = dict.fromkeys(["src/a.py", "src/test_a.py", "src/gen/a.py", "setup.py"], lines)
    figures = measure(files, dict.fromkeys(files, 2))
    assert figures.files == (FileLines("src/a.py", 1, 2),)
    assert (figures.covered_lines, figures.executable_lines, figures.rate) == (1, 2, 0.5)
    assert figures.impossible_lines == 0


def test_claims_that_cannot_be_true_are_counted_apart():
    figures = measure({"src/a.py": {1: 1, 3: 1, 9: 0}, "src/gone.py": {1: 1, 2: 1}}, {"src/a.py": 2})
    assert figures.files == (FileLines("src/a.py", 1, 1),)
    assert figures.impossible_lines == 4


def test_nothing_executable_has_no_rate():
    assert measure({}, {}).rate is None
    assert measure({"src/empty.py": {}}, {"src/empty.py": 0}).rate is None


PATHS = st.sampled_from(["src/a.py", "src/b.py", "src/test_a.py", "src/gen/a.py", "other.py"])
FILES = st.dictionaries(PATHS, st.dictionaries(st.integers(1, 30), st.integers(0, 3)))
LENGTHS = st.dictionaries(PATHS, st.integers(0, 30))


@given(FILES, LENGTHS)
def test_every_claim_about_source_is_counted_once(files, lengths):
    figures = measure(files, lengths)
    claimed = sum(len(lines) for path, lines in files.items() if MATCHER.kind(path) == "source")
    assert figures.executable_lines + figures.impossible_lines == claimed
    assert 0 <= figures.covered_lines <= figures.executable_lines
    assert figures.executable_lines <= sum(lengths.values())
    assert (figures.rate is None) == (figures.executable_lines == 0)


@given(FILES, LENGTHS)
def test_a_hit_more_covers_a_line_more_and_changes_nothing_else(files, lengths):
    before = measure(files, lengths)
    hit = {path: dict.fromkeys(lines, 1) for path, lines in files.items()}
    after = measure(hit, lengths)
    assert after.covered_lines == after.executable_lines == before.executable_lines
    assert after.impossible_lines == before.impossible_lines
