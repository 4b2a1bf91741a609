"""Sorting a patch out: what is allowed, what is refused, and what inline tests are."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest

from specrun.agents.record import AgentRun
from specrun.graders import diff_size, duplication, patch
from specrun.graders.collecting import ELSEWHERE, IN_PLACE, PROTECTED, SOURCE, collect
from specrun.graders.written import Baseline, Written
from specrun.measure.paths import literal_glob, matches
from specrun.spec.models import Project
from specrun.spec.models.common import InlineTests, Paths
from specrun.spec.models.project import Source, Truth
from specrun.spec.values import FolderRef, Glob, Regex
from specrun.workspaces.delivery import Delivered, deliver
from specrun.workspaces.patch import compute_patch

INLINE = InlineTests(begin=Regex("^#ifdef UNIT_TEST"), end=Regex("^#endif"))
PATHS = Paths(
    source=(Glob("*.c"), Glob("*.py")),
    tests=(Glob("tests/"), Glob("test_*")),
    protected=(Glob("Makefile"), Glob("conftest.py")),
)
SUM = """\
int sum(int a, int b) {
    return a + b;
}

#ifdef UNIT_TEST
void test_sum(void) {
    check(sum(1, 2) == 3);
}
#endif
"""
MORE = SUM.replace("#endif", "void test_zero(void) {\n    check(sum(0, 0) == 0);\n}\n#endif")
"""Three more lines of inline tests."""

FILES = {
    "sum.c": SUM,
    "two.c": "#ifdef UNIT_TEST\nint t;\n#endif\nint source;\n",
    "Makefile": "check:\n",
    "README": "read\n",
    "tests/test_old.c": "a\nb\nc\nd\ne\nf\n",
}


@pytest.fixture
def delivered(tmp_path: Path) -> Delivered:
    for name, text in FILES.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text)
    return deliver(tmp_path / "tree", tmp_path / "cache", "d")


@pytest.fixture
def graded(delivered: Delivered, tmp_path: Path):
    """What graders see of a project in which these files were written; None takes one away."""

    def make(*writable: str, inline: bool = False, **written: str | bytes | None) -> Written:
        theirs = shutil.copytree(delivered.worktree, tmp_path / "theirs", symlinks=True)
        for name, text in written.items():
            file = theirs / name
            if file.is_dir():
                shutil.rmtree(file)
            if text is None:
                file.unlink()
                continue
            for folder in file.relative_to(theirs).parents:
                if (theirs / folder).is_file():
                    (theirs / folder).unlink()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        made = compute_patch(delivered, theirs, (), tmp_path)
        paths = msgspec.structs.replace(PATHS, inline_tests=INLINE if inline else None)
        collected = collect(delivered, made.diff, paths, matches(writable or ("tests/", "test_*")))

        async def get():
            return collected

        async def none(*args, **more):
            raise AssertionError("nothing should have been measured")

        project = Project(
            specrun=1,
            kind="project",
            id="p",
            platform="x",
            source=Source(path=FolderRef(".")),
            truth=Truth(tests_present=True),
            paths=paths,
        )
        return Written(
            run=AgentRun(patch=made),
            project=project,
            language="c",
            base=delivered.worktree,
            scope=frozenset(),
            seed=1,
            baseline=Baseline(),
            collect=get,
            measure=none,
            measure_edited=none,
        )

    return make


def collected(graded: Written):
    return asyncio.run(graded.collect())


def scored(grader, graded: Written, **options):
    return asyncio.run(grader.GRADER.grade(graded, grader.GRADER.options(**options)))


def test_each_reason_to_refuse_a_file(graded) -> None:
    made = graded(
        **{
            "sum.c": SUM.replace("+", "-"),
            "new.c": "int x;\n",
            "Makefile": None,
            "tests/conftest.py": "x\n",
            "README": "other\n",
            "tests/test_new.c": "new\n",
            "test_top": "new\n",
        }
    )
    assert collected(made).refused == {
        "sum.c": SOURCE,
        "new.c": SOURCE,
        "Makefile": PROTECTED,
        "tests/conftest.py": PROTECTED,
        "README": ELSEWHERE,
    }
    assert [change.path for change in collected(made).allowed] == ["test_top", "tests/test_new.c"]
    assert [pair.after for pair in collected(made).counterparts] == ["test_top", "tests/test_new.c"]
    score = scored(patch, made)
    assert score.status == "failed"
    assert score.figures == {"source_lines_touched": 3, "refused_files": 5}
    assert score.evidence[-1] == f"left out: README, which is {ELSEWHERE}"


def test_files_that_are_not_touched_pass_though_others_are_left_out(graded) -> None:
    assert scored(patch, graded(README="other\n")).status == "passed"


def test_a_refused_file_that_stays_leaves_no_room(graded) -> None:
    made = graded(
        "README", "README/**", "sum.c/**", **{"sum.c/tests/test_a.c": "a\n", "tests/test_b.c": "b\n"}
    )
    assert collected(made).refused == {
        "sum.c": SOURCE,
        "sum.c/tests/test_a.c": IN_PLACE,
        "tests/test_b.c": ELSEWHERE,
    }


def test_source_that_moved_into_the_tests_stays_and_is_copied(graded) -> None:
    made = collected(graded(**{"sum.c": None, "tests/sum.c": SUM}))
    assert made.refused == {"sum.c": SOURCE}
    (pair,) = made.counterparts
    assert (pair.before, pair.after) == (None, "tests/sum.c")
    assert made.patched().change("sum.c").after == "sum.c"


def test_inline_tests_are_allowed_and_source_beside_them_is_not(graded) -> None:
    made = graded(inline=True, **{"sum.c": MORE})
    assert (collected(made).refused, collected(made).inline_lines) == ({}, {"sum.c": 3})
    assert scored(patch, made).status == "passed"
    figures = scored(diff_size, made).figures
    assert (figures["test_lines"], figures["source_lines"]) == (3, 0)
    patched = collected(made).patched()
    assert patched.new_line("sum.c")(2) == 2
    assert patched.base_line("sum.c")(7) is None, "lines of inline tests are no source"


@pytest.mark.parametrize(
    "text",
    [
        MORE.replace("a + b", "b + a"),
        SUM + "int more;\n",
        SUM.replace("#ifdef UNIT_TEST\n", "int more;\n#ifdef UNIT_TEST\n"),
        SUM.replace("int sum", "#ifdef UNIT_TEST\n#endif\nint sum").replace("+", "-"),
        None,
    ],
)
def test_source_that_is_touched_beside_inline_tests_is_refused(graded, text) -> None:
    assert collected(graded(inline=True, **{"sum.c": text})).refused == {"sum.c": SOURCE}


def test_source_that_became_a_part_of_the_tests_is_refused(graded) -> None:
    made = graded(inline=True, **{"two.c": FILES["two.c"].replace("#endif\n", "")})
    assert collected(made).refused == {"two.c": SOURCE}


def test_without_inline_tests_such_a_part_is_source(graded) -> None:
    assert collected(graded(**{"sum.c": MORE})).refused == {"sum.c": SOURCE}


def test_a_literal_glob_is_one_path(graded) -> None:
    odd = "tests/odd ! #[a]*?\\ name "
    made = collected(graded(literal_glob(odd), **{odd: "x\n", "tests/odd ! #a": "x\n", f"sub/{odd}": "x\n"}))
    assert [change.path for change in made.allowed] == [odd]


def test_names_that_are_not_text_are_told_in_a_way_that_can_be_written(graded) -> None:
    made = graded(**{"caf\udce9.c": "int x;\n", "tests/caf\udce9": b"\xff\n"})
    assert collected(made).refused == {"caf\\xe9.c": SOURCE}
    assert scored(patch, made).figures == {"source_lines_touched": 1, "refused_files": 1}


def test_the_size_of_a_diff_by_kind_and_its_limit(graded) -> None:
    made = graded(**{"tests/test_new.c": "1\n2\n", "sum.c": None, "README": "", "tests/bin": b"\0\1"})
    score = scored(diff_size, made, most_lines=12)
    assert score.figures == {
        "files": 4,
        "added": 2,
        "deleted": 10,
        "test_lines": 2,
        "source_lines": 9,
        "other_lines": 1,
    }
    assert score.status == "passed"
    assert scored(diff_size, made, most_lines=11).evidence == ("12 lines were changed, more than 11",)


def test_copies_of_what_is_there_and_moved_files(graded) -> None:
    made = graded(**{"tests/test_copy.c": FILES["tests/test_old.c"], "tests/test_new.c": "u\nv\nw\n"})
    assert scored(duplication, made).figures == {"duplicated": 6, "test_lines": 9}
    assert scored(duplication, made, most=0.6).status == "failed"
    assert scored(duplication, made, most=0.7).status == "passed"


def test_a_moved_test_file_is_no_copy(graded) -> None:
    made = graded(**{"tests/test_old.c": None, "tests/test_moved.c": FILES["tests/test_old.c"] + "g\n"})
    assert scored(duplication, made).figures == {"duplicated": 0, "test_lines": 1}
