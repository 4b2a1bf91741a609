"""What each arm gives back of the answers that the baseline loses, and at what price."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, Pair, ratio
from specrun.reports.kinds.context.cell import bare, total
from specrun.reports.kinds.context.rules.basis import both, stating
from specrun.reports.kinds.context.words import share, told


def recovery(ablation: Ablation) -> Iterator[Finding]:
    """Say for each arm how many of the answers that the baseline loses each policy has there."""
    for arm in ablation.arms:
        lost = {
            policy: [pair for pair in ablation.pairs(arm, policy) if not pair.there.is_right]
            for policy in ablation.policies
        }
        clauses = [(policy, _clause(ablation, pairs)) for policy, pairs in lost.items() if pairs]
        if clauses:
            yield stating(
                "recovery",
                both(pair for pairs in lost.values() for pair in pairs),
                f"Of the answers that {ablation.baseline} loses, the arm {arm} has {told(clauses)}.",
            )


def _clause(ablation: Ablation, lost: list[Pair]) -> str:
    won = sum(pair.mark == "won" for pair in lost)
    everything, measured = ratio(lost, total)
    text = f"{won} of {len(lost)}"
    if everything is None or measured < len(lost):
        return text
    return f"{text} at {share(everything)} of the estimated tokens of {ablation.baseline}{_alone(lost)}"


def _alone(lost: list[Pair]) -> str:
    """Say what context and recovery are without question and tools, which is how others count them."""
    alone, measured = ratio(lost, bare)
    if alone is None or measured < len(lost):
        return ""
    by_fixture = sorted(one for pair in lost for one, _ in [ratio([pair], bare)] if one is not None)
    spread = (
        f", {share(by_fixture[0])} to {share(by_fixture[-1])} by fixture"
        if by_fixture[0] < by_fixture[-1]
        else ""
    )
    return f" (context and recovery alone: {share(alone)}{spread})"
