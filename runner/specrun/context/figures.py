"""What a trial cost: every figure is computed from its trace alone. Tokens are estimates."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from specrun.measure.tokens import estimate

if TYPE_CHECKING:
    from specrun.context.trace import Trace

GAP = 2
"""Characters between the question and the context."""


def figures(trace: Trace) -> dict[str, int]:
    """The figures by name. Savings may be negative: a reference can be longer than what it stands for."""
    before = estimate(trace.before_characters)
    characters = trace.prompt_characters
    if trace.context_characters:
        characters += GAP + trace.context_characters
    after = estimate(characters)
    calls = sum(use.call_tokens for use in trace.uses)
    pages = sum(use.page_tokens for use in trace.uses)
    tools = Counter(use.tool for use in trace.uses)
    return {
        "inline_characters_before": trace.before_characters,
        "inline_characters_after": characters,
        "inline_tokens_before": before,
        "inline_tokens_after": after,
        "inline_tokens_saved": before - after,
        "context_tokens": estimate(trace.context_characters),
        "call_tokens": calls,
        "page_tokens": pages,
        "recovery_tokens": calls + pages,
        "schema_tokens": trace.schema_tokens,
        "total_tokens": after + calls + pages + trace.schema_tokens,
        "artifact_bytes": trace.artifact_bytes,
        "artifact_lines": trace.artifact_lines,
        "reads": tools["read"],
        "greps": tools["grep"],
        "tails": tools["tail"],
        "pages": sum(use.refused is None for use in trace.uses),
        "refused_calls": sum(use.refused is not None for use in trace.uses),
        "segments_kept": trace.kept,
        "segments_dropped": trace.dropped,
        "segments_probed": len(trace.probes),
        "decisive_segments": sum(probe.impact != 0 for probe in trace.probes),
        "curing_segments": sum(probe.would_cure for probe in trace.probes),
        "compactions": trace.compactions,
    }
