"""`usage`: how many tokens the agent used, as the provider reported them; None where none were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Graded, Grader, NoOptions, score
from specrun.results.model import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.results.model import Number, Score, StageUsage

NAME = "usage"


async def grade(graded: Graded, options: NoOptions) -> Score:
    """Add up input and output tokens, of each stage and of all. It judges nothing.

    What is not measured as a whole is not known: unless all stages are, the grader does not apply.
    """
    del options
    total = _tokens(graded.run.usage)
    figures: dict[str, Number] = {"tokens": total}
    for stage in graded.stages:
        figures[_name(stage)] = _tokens([usage for usage in graded.run.usage if usage.stage == stage])
    if total is None:
        return score(NAME, "not_applicable", "no tokens were measured", figures=figures)
    return score(NAME, "passed", value=total, figures=figures)


def _tokens(usages: Sequence[StageUsage]) -> int | None:
    """Input and output tokens together; None unless all of them were measured, and there are any."""
    total = 0
    for usage in usages:
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        total += usage.input_tokens + usage.output_tokens
    return total if usages else None


def _name(stage: str) -> str:
    return f"{stage}_tokens"


def _of_stage(stage: str) -> Figure:
    return Figure(
        name=_name(stage), title=f"tokens, {stage}", unit="tokens", direction="lower", combine="sum"
    )


GRADER = Grader(
    name=NAME,
    title="Tokens used",
    version=2,
    grade=grade,
    by_stage=_of_stage,
    figures=(
        Figure(name="tokens", title="tokens", unit="tokens", direction="lower", combine="sum", headline=True),
    ),
)
