"""`context-answer`: is what the policy says right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.expectation import is_right
from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.in_context import InContext

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "context-answer"


async def grade(graded: InContext, options: NoOptions) -> Score:
    """Compare the answer with what is expected. Nothing else that was seen counts."""
    del options
    said = graded.trace.answer.strip()
    right = is_right(graded.fixture.expect, graded.trace.answer)
    return score(NAME, "passed" if right else "failed", f"it says {said!r}" if said else "it says nothing")


GRADER = Grader(name=NAME, title="The answer is right", version=1, grade=grade, subject=InContext)
