"""`test-count`: do the answer's commands run as many tests as there are?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from specrun.graders.base import Grader, score
from specrun.graders.replayable import Replayable
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "test-count"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the count may be from the truth."""

    tolerance: Annotated[float, Meta(ge=0, le=1, description="As a share of the expected number.")] = 0.0


async def grade(graded: Replayable, options: Options) -> Score:
    """Compare the tests that ran, as the report lists them, with the truth. Skipped tests did not run.

    A report may claim more tests than there are: the figure counts up to the truth, the evidence says it all.
    """
    truth = graded.project.truth
    if not truth.tests_present or truth.expected_tests is None:
        return score(NAME, "not_applicable", "the project has no tests")
    replay = await graded.replay() if graded.answer.setup else None
    if replay is None or replay.tests is None:
        why = "there is no test report" if replay else "there is nothing to replay"
        return score(NAME, "failed", why, figures={"tests_run": 0, "tests_expected": truth.expected_tests})
    ran, expected = replay.tests.ran, truth.expected_tests
    evidence = []
    if abs(ran - expected) > options.tolerance * expected:
        evidence.append(f"{ran} of {expected} tests ran")
    return score(
        NAME,
        "failed" if evidence else "passed",
        *evidence,
        figures={"tests_run": min(ran, expected), "tests_expected": expected},
    )


GRADER = Grader(
    name=NAME,
    title="As many tests run as the project has",
    version=2,
    grade=grade,
    subject=Replayable,
    options=Options,
    figures=(
        Figure(
            name="tests_run",
            title="expected tests shown to run",
            unit="tests",
            direction="higher",
            combine="sum",
            out_of="tests_expected",
            headline=True,
        ),
        Figure(name="tests_expected", title="tests expected", unit="tests", direction="none", combine="sum"),
    ),
    reads=frozenset({"expected_tests"}),
    needs=frozenset({"expected_tests"}),
)
