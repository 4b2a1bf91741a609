"""`detection`: does the agent know whether there are tests, and in which frameworks?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.evidence import listed
from specrun.graders.replayable import Replayable
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Number, Score

NAME = "detection"


async def grade(graded: Replayable, options: NoOptions) -> Score:
    """Compare the answer's first section with the truth. The value is the F1 of the frameworks."""
    del options
    truth, said = graded.project.truth, graded.answer.detect
    if said is None:
        figures: dict[str, Number] = {
            "present_right": 0,
            "precision": None,
            "recall": 0.0 if truth.frameworks else None,
        }
        return score(NAME, "failed", *graded.answer.problems, figures=figures)
    wanted, found = set(truth.frameworks), set(said.frameworks)
    precision = len(wanted & found) / len(found) if found else None
    recall = len(wanted & found) / len(wanted) if wanted else None
    present_right = said.tests_present == truth.tests_present
    evidence = list(_differences(truth.tests_present, said.tests_present, wanted, found))
    f1 = 2 * len(wanted & found) / (len(wanted) + len(found)) if wanted or found else 1.0
    return score(
        NAME,
        "failed" if evidence else "passed",
        *evidence,
        value=f1 if present_right else 0.0,
        figures={"present_right": int(present_right), "precision": precision, "recall": recall},
    )


def _differences(present: bool, said: bool, wanted: set[str], found: set[str]) -> list[str]:
    evidence = []
    if present != said:
        evidence.append(
            "it has tests, the answer says none" if present else "it has no tests, the answer says some"
        )
    if missed := wanted - found:
        evidence.append(f"missed: {listed(missed)}")
    if wrong := found - wanted:
        evidence.append(f"not used: {listed(wrong)}")
    return evidence


GRADER = Grader(
    name=NAME,
    title="Says rightly whether there are tests, and in which frameworks",
    version=2,
    grade=grade,
    subject=Replayable,
    figures=(
        Figure(
            name="present_right", title="presence right", unit="share", direction="higher", combine="mean"
        ),
        Figure(
            name="precision", title="framework precision", unit="share", direction="higher", combine="mean"
        ),
        Figure(
            name="recall",
            title="framework recall",
            unit="share",
            direction="higher",
            combine="mean",
            headline=True,
        ),
    ),
    reads=frozenset({"tests_present", "frameworks"}),
    needs=frozenset({"frameworks"}),
)
