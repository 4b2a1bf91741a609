"""`usage`: how many tokens the agent used, as the provider reported them; None where none were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Graded, Grader, NoOptions, score
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "usage"


async def grade(graded: Graded, options: NoOptions) -> Score:
    """Add up input and output tokens of all stages. It judges nothing: unmeasured, it does not apply."""
    del options
    tokens = [
        usage.input_tokens + usage.output_tokens
        for usage in graded.run.usage
        if usage.input_tokens is not None and usage.output_tokens is not None
    ]
    if not tokens or len(tokens) < len(graded.run.usage):
        return score(NAME, "not_applicable", "no tokens were measured", figures={"tokens": None})
    return score(NAME, "passed", value=sum(tokens), figures={"tokens": sum(tokens)})


GRADER = Grader(
    name=NAME,
    title="Tokens used",
    version=2,
    grade=grade,
    figures=(
        Figure(name="tokens", title="tokens", unit="tokens", direction="lower", combine="sum", headline=True),
    ),
)
