"""`context-cost`: what the context and its recovery cost. It judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.figures import figures
from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.in_context import InContext
from specrun.results.model import Direction, Figure

if TYPE_CHECKING:
    from specrun.results.model import Score

NAME = "context-cost"


async def grade(graded: InContext, options: NoOptions) -> Score:
    """Measure the trace."""
    del options
    measured = figures(graded.trace)
    return score(NAME, "passed", value=measured["total_tokens"], figures={**measured})


def _figure(
    name: str, title: str, unit: str, direction: Direction = "lower", *, headline: bool = False
) -> Figure:
    return Figure(name=name, title=title, unit=unit, direction=direction, combine="sum", headline=headline)


ESTIMATED = "estimated tokens"

GRADER = Grader(
    name=NAME,
    title="What the context and its recovery cost",
    version=2,
    grade=grade,
    subject=InContext,
    figures=(
        _figure("total_tokens", "context in all", ESTIMATED, headline=True),
        _figure("inline_characters_before", "output, had it stood in the prompt", "characters", "none"),
        _figure("inline_characters_after", "question and context", "characters"),
        _figure("inline_tokens_before", "output, had it stood in the prompt", ESTIMATED, "none"),
        _figure("inline_tokens_after", "question and context", ESTIMATED),
        _figure("inline_tokens_saved", "saved in the prompt", ESTIMATED, "higher"),
        _figure("context_tokens", "context without the question", ESTIMATED),
        _figure("call_tokens", "calls", ESTIMATED),
        _figure("page_tokens", "pages", ESTIMATED),
        _figure("recovery_tokens", "calls and pages", ESTIMATED, headline=True),
        _figure("schema_tokens", "definitions of the tools", ESTIMATED),
        _figure("artifact_bytes", "stored", "bytes", "none"),
        _figure("artifact_lines", "stored", "lines", "none"),
        _figure("reads", "calls of read", "calls"),
        _figure("greps", "calls of grep", "calls"),
        _figure("tails", "calls of tail", "calls"),
        _figure("pages", "pages", "pages", headline=True),
        _figure("refused_calls", "calls that were refused", "calls"),
        _figure("segments_kept", "segments kept", "segments", "none"),
        _figure("segments_dropped", "segments dropped", "segments", "none"),
        _figure("segments_probed", "segments probed", "segments", "none"),
        _figure("decisive_segments", "probed segments that decide the answer", "segments", "none"),
        _figure(
            "curing_segments", "probed segments that would make a wrong answer right", "segments", "none"
        ),
        _figure("compactions", "compactions", "compactions"),
    ),
)
