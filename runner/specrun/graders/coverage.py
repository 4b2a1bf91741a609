"""`coverage`: how many of the project's own source lines do the answer's tests hit?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from specrun.graders.base import Grader, score
from specrun.graders.replayable import Replayable
from specrun.graders.source_lines import measured_lines
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Number, Score

NAME = "coverage"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the covered lines may be from the truth."""

    tolerance: Annotated[float, Meta(ge=0, le=1, description="As a share of the truth's lines.")] = 0.05


async def grade(graded: Replayable, options: Options) -> Score:
    """Compare the covered lines with the truth. Only lines count that the delivered source really has.

    A report may claim more lines than can be covered: the figure counts up to the truth, the evidence says it
    all. The rate is of the lines that the report calls executable.
    """
    truth = graded.project.truth
    if not truth.tests_present or truth.covered_lines is None:
        return score(NAME, "not_applicable", "the project has no tests")
    replay = await graded.replay() if graded.answer.setup else None
    if replay is None or replay.coverage is None:
        why = "there is no coverage report" if replay else "there is nothing to replay"
        figures: dict[str, Number] = {"covered_lines": 0, "truth_lines": truth.covered_lines, "rate": None}
        return score(NAME, "failed", why, figures=figures)
    lines = measured_lines(graded, replay.coverage)
    evidence = []
    if abs(lines.covered_lines - truth.covered_lines) > options.tolerance * truth.covered_lines:
        evidence.append(f"{lines.covered_lines} lines covered, the truth is {truth.covered_lines}")
    return score(
        NAME,
        "failed" if evidence else "passed",
        *evidence,
        figures={
            "covered_lines": min(lines.covered_lines, truth.covered_lines),
            "truth_lines": truth.covered_lines,
            "rate": lines.rate,
        },
    )


GRADER = Grader(
    name=NAME,
    title="The tests cover as many source lines as they should",
    version=2,
    grade=grade,
    subject=Replayable,
    options=Options,
    figures=(
        Figure(
            name="covered_lines",
            title="lines shown covered",
            unit="lines",
            direction="higher",
            combine="sum",
            out_of="truth_lines",
            headline=True,
        ),
        Figure(
            name="truth_lines",
            title="lines that should be covered",
            unit="lines",
            direction="none",
            combine="sum",
        ),
        Figure(name="rate", title="line rate", unit="share", direction="higher", combine="mean"),
    ),
    reads=frozenset({"covered_lines"}),
    needs=frozenset({"covered_lines"}),
)
