"""`usage`: how many tokens the agent used, as the provider reported them; None where it reported none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Graded, Grader, NoOptions, score
from specrun.results.model import Figure
from specrun.results.usage import all_tokens, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.results.model import Number, Score, StageUsage

NAME = "usage"


async def grade(graded: Graded, options: NoOptions) -> Score:
    """Add up the tokens of whole prompts and answers, of each stage and of all. It judges nothing.

    What is not measured as a whole is not known: unless all stages are, the grader does not apply.
    """
    del options
    usages = graded.run.usage
    total = measured(usages, all_tokens)
    figures: dict[str, Number] = {"tokens": total}
    for stage in graded.stages:
        figures[_name(stage)] = measured((usage for usage in usages if usage.stage == stage), all_tokens)
    if total is None:
        return score(NAME, "not_applicable", _why_unknown(usages), figures=figures)
    return score(NAME, "passed", value=total, figures=figures)


def _why_unknown(usages: Sequence[StageUsage]) -> str:
    """Which rows are not known, where there are models at all."""
    unknown = [
        usage for usage in usages if usage.requests is not None and measured([usage], all_tokens) is None
    ]
    if not unknown:
        return "no tokens were measured"
    stages = dict.fromkeys(usage.stage for usage in unknown)
    return f"the provider has not counted all tokens of {', '.join(stages)}"


def _name(stage: str) -> str:
    return f"{stage}_tokens"


def _of_stage(stage: str) -> Figure:
    return Figure(
        name=_name(stage), title=f"tokens, {stage}", unit="tokens", direction="lower", combine="sum"
    )


GRADER = Grader(
    name=NAME,
    title="Tokens used",
    version=3,
    grade=grade,
    by_stage=_of_stage,
    figures=(
        Figure(name="tokens", title="tokens", unit="tokens", direction="lower", combine="sum", headline=True),
    ),
)
