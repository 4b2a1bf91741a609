"""`tests`: which tests did the patch add, and what did it do to those that were there?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from specrun.graders.base import Grader, score
from specrun.graders.evidence import listed
from specrun.graders.written import Written
from specrun.measure.test_changes import TestChanges, test_changes
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Number, Score

NAME = "tests"

_WRONG = {
    "failing": "new and fail",
    "flaky": "not the same in every run",
    "broken": "passed before and do not pass now",
    "removed": "ran before and are gone",
}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many tests are wanted."""

    least: Annotated[int, Meta(ge=0, description="How many tests must be added.")] = 1


async def changes_of(graded: Written) -> TestChanges | None:
    """What became of the tests; None if they left no report."""
    replay = await graded.measure()
    if replay.tests is None:
        return None
    return test_changes(graded.baseline.tests, [replay.tests, *replay.reruns])


async def grade(graded: Written, options: Options) -> Score:
    """Pass if enough tests were added that pass in every run, and nothing else became of any test."""
    changes = await changes_of(graded)
    if changes is None:
        figures: dict[str, Number] = dict.fromkeys(("added", *_WRONG))
        problem = (await graded.measure()).tests_problem or "there is no test report"
        return score(NAME, "failed", problem, figures={**figures, "added": 0})
    counts = {name: len(getattr(changes, name)) for name in ("added", *_WRONG)}
    evidence = [
        f"{counts[name]} {what}: {listed(getattr(changes, name))}"
        for name, what in _WRONG.items()
        if counts[name]
    ]
    if counts["added"] < options.least:
        few = (
            f"only {counts['added']} tests were added that pass"
            if counts["added"]
            else "no test was added that passes"
        )
        evidence.insert(0, few)
    return score(NAME, "failed" if evidence else "passed", *evidence, figures=dict(counts))


def _figure(name: str, title: str) -> Figure:
    return Figure(name=name, title=title, unit="tests", direction="lower", combine="sum")


GRADER = Grader(
    name=NAME,
    title="Tests were added that pass in every run, and no test was lost",
    version=1,
    grade=grade,
    subject=Written,
    options=Options,
    figures=(
        Figure(
            name="added", title="tests added", unit="tests", direction="higher", combine="sum", headline=True
        ),
        _figure("failing", "added tests that fail"),
        _figure("flaky", "flaky tests"),
        _figure("broken", "tests broken"),
        _figure("removed", "tests removed"),
    ),
)
