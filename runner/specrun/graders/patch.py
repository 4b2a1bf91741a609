"""`patch`: did the agent keep its hands off what it was not to touch?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.written import Written
from specrun.measure.paths import Matcher
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "patch"


async def grade(graded: Written, options: NoOptions) -> Score:
    """Fail if source or protected files were touched. Other files that are left out are only told."""
    del options
    matcher = Matcher(graded.project.paths)
    refused = (await graded.collect()).refused
    touched = [path for path in sorted(refused) if matcher.kind(path) == "source" or matcher.protected(path)]
    others = [path for path in sorted(refused) if path not in touched]
    evidence = [f"the agent touched {path}, which is {refused[path]}" for path in touched]
    evidence += [f"left out: {path}, which is {refused[path]}" for path in others]
    source_lines = sum(
        (file.lines_added or 0) + (file.lines_deleted or 0)
        for file in graded.run.patch.files
        if file.path in touched and matcher.kind(file.path) == "source"
    )
    return score(
        NAME,
        "failed" if touched else "passed",
        *evidence,
        figures={"source_lines_touched": source_lines, "refused_files": len(refused)},
    )


GRADER = Grader(
    name=NAME,
    title="Only what may be written was written: source and protected files are untouched",
    version=1,
    grade=grade,
    subject=Written,
    figures=(
        Figure(
            name="source_lines_touched",
            title="lines of source touched",
            unit="lines",
            direction="lower",
            combine="sum",
        ),
        Figure(name="refused_files", title="files left out", unit="files", direction="lower", combine="sum"),
    ),
)
