"""`usage`: what each stage cost in tokens, as the provider reported them; None where none were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.replayable import Replayable
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Number, Score

NAME = "usage"
STAGES = ("detect", "setup")


async def grade(graded: Replayable, options: NoOptions) -> Score:
    """Add up input and output tokens by stage. It judges nothing: without a measurement it does not apply."""
    del options
    figures: dict[str, Number] = {f"{stage}_tokens": None for stage in STAGES}
    for usage in graded.run.usage:
        if usage.input_tokens is not None and usage.output_tokens is not None:
            figures[f"{usage.stage}_tokens"] = usage.input_tokens + usage.output_tokens
    measured = [value for value in figures.values() if value is not None]
    if not measured:
        return score(NAME, "not_applicable", "no tokens were measured", figures=figures)
    return score(NAME, "passed", value=sum(measured), figures=figures)


GRADER = Grader(
    name=NAME,
    title="Tokens by stage",
    version=1,
    grade=grade,
    subject=Replayable,
    figures=tuple(
        Figure(
            name=f"{stage}_tokens",
            title=f"tokens, {stage}",
            unit="tokens",
            direction="lower",
            combine="sum",
            headline=True,
        )
        for stage in STAGES
    ),
)
