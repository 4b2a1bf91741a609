"""`diff-size`: how much did the agent change, and where?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from specrun.graders.base import Grader, score
from specrun.graders.written import Written
from specrun.measure.paths import Matcher
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "diff-size"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large a diff may be."""

    most_lines: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Lines added and deleted, at most.")
    ] = None


async def grade(graded: Written, options: Options) -> Score:
    """Count the lines of the whole patch, also of the files that are left out when it is graded.

    Lines inside of inline tests are test lines. Binary files have none.
    """
    matcher = Matcher(graded.project.paths)
    inline = (await graded.collect()).inline_lines
    files = graded.run.patch.files
    lines = {"source": 0, "test": 0, "other": 0}
    for file in files:
        kind = "test" if file.path in inline else matcher.kind(file.path)
        lines[kind] += (file.lines_added or 0) + (file.lines_deleted or 0)
    total = sum(lines.values())
    evidence = []
    if options.most_lines is not None and total > options.most_lines:
        evidence.append(f"{total} lines were changed, more than {options.most_lines}")
    return score(
        NAME,
        "failed" if evidence else "passed",
        *evidence,
        figures={
            "files": len(files),
            "added": sum(file.lines_added or 0 for file in files),
            "deleted": sum(file.lines_deleted or 0 for file in files),
            "test_lines": lines["test"],
            "source_lines": lines["source"],
            "other_lines": lines["other"],
        },
    )


def _figure(name: str, title: str, unit: str = "lines") -> Figure:
    return Figure(
        name=name, title=title, unit=unit, direction="lower", combine="sum", headline=name == "added"
    )


GRADER = Grader(
    name=NAME,
    title="The diff is not larger than it may be",
    version=1,
    grade=grade,
    subject=Written,
    options=Options,
    figures=(
        _figure("files", "files changed", "files"),
        _figure("added", "lines added"),
        _figure("deleted", "lines deleted"),
        _figure("test_lines", "changed lines of tests"),
        _figure("source_lines", "changed lines of source"),
        _figure("other_lines", "changed lines of other files"),
    ),
)
