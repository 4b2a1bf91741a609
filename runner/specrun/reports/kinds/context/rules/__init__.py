"""The findings of a context benchmark. Each rule looks at the arms beside their baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, ablation
from specrun.reports.kinds.context.rules.answers import right_unseen, seen_stopped, seen_wrong
from specrun.reports.kinds.context.rules.checks import checks
from specrun.reports.kinds.context.rules.fewest import fewest_tokens, never_right
from specrun.reports.kinds.context.rules.losses import losses
from specrun.reports.kinds.context.rules.reading import reading
from specrun.reports.kinds.context.rules.recovery import recovery
from specrun.reports.kinds.context.rules.right import best_arm, right_answers
from specrun.reports.kinds.context.rules.searches import searches
from specrun.reports.kinds.context.rules.segments import decisive_segments
from specrun.results.model import Results

ArmRule = Callable[[Ablation], Iterator[Finding]]

ARM_RULES: tuple[ArmRule, ...] = (
    right_answers,
    recovery,
    losses,
    fewest_tokens,
    never_right,
    best_arm,
    reading,
    searches,
    right_unseen,
    seen_wrong,
    seen_stopped,
    decisive_segments,
    checks,
)
"""In the order of their findings."""


def context_rules(results: Results) -> Iterator[Finding]:
    """Apply all of them; the arms are arranged once."""
    arms = ablation(results)
    for rule in ARM_RULES:
        yield from rule(arms)
