"""`duplication`: how much of the added tests is a copy of something that is there already?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from specrun.graders.base import Grader, score
from specrun.graders.written import Written
from specrun.measure.duplication import duplicated_lines
from specrun.measure.line_map import LineMap
from specrun.measure.paths import Matcher
from specrun.results.model import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.graders.collecting import Collected
    from specrun.results.model import Number, Score

NAME = "duplication"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much may be copied."""

    most: Annotated[float, Meta(ge=0, le=1, description="The largest share of copied lines.")] = 0.5


async def grade(graded: Written, options: Options) -> Score:
    """Fail if more than the share of the lines added to test files are copies."""
    collected = await graded.collect()
    matcher = Matcher(graded.project.paths)
    added = dict(_added(collected, matcher))
    duplicated, total = duplicated_lines(added, _before(graded, collected, matcher))
    figures: dict[str, Number] = {"duplicated": duplicated, "test_lines": total}
    if not total:
        return score(NAME, "not_applicable", "no line was added to a test file", figures=figures)
    if duplicated > options.most * total:
        return score(NAME, "failed", f"{duplicated} of {total} added lines are copies", figures=figures)
    return score(NAME, "passed", figures=figures)


def _added(collected: Collected, matcher: Matcher) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """The lines that were added to each test file, with their numbers."""
    for pair in collected.counterparts:
        if pair.after is None or pair.hunks is None or matcher.kind(pair.after) != "test":
            continue
        lines = LineMap(pair.hunks)
        text = (collected.texts.after(pair.after) or b"").decode("utf-8", "replace")
        numbered = enumerate(text.splitlines(), 1)
        yield pair.after, [(number, line) for number, line in numbered if lines.is_added(number)]


def _before(graded: Written, collected: Collected, matcher: Matcher) -> Iterator[str]:
    """The test files that were there, without those that are gone: a moved file is no copy of itself."""
    gone = {pair.before for pair in collected.counterparts if pair.before != pair.after}
    for file in sorted(graded.base.rglob("*")):
        path = file.relative_to(graded.base).as_posix()
        if path.startswith(".git/") or path in gone or matcher.kind(path) != "test":
            continue
        content = collected.texts.before(path)
        if content is not None:
            yield content.decode("utf-8", "replace")


GRADER = Grader(
    name=NAME,
    title="The added tests are no copies",
    version=1,
    grade=grade,
    subject=Written,
    options=Options,
    figures=(
        Figure(
            name="duplicated",
            title="copied lines",
            unit="lines",
            direction="lower",
            combine="sum",
            out_of="test_lines",
        ),
        Figure(
            name="test_lines", title="lines added to tests", unit="lines", direction="none", combine="sum"
        ),
    ),
)
