"""What each arm gives back of the answers that the baseline loses, and at what price."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, Pair, ratios
from specrun.reports.kinds.context.cell import bare, total
from specrun.reports.kinds.context.rules.basis import both, stating
from specrun.reports.kinds.context.words import over, told


def recovery(ablation: Ablation) -> Iterator[Finding]:
    """Say for each arm how many of the answers that the baseline loses each policy has there."""
    for arm in ablation.arms:
        lost = {
            policy: [pair for pair in ablation.pairs(arm, policy) if not pair.there.is_right]
            for policy in ablation.policies
        }
        clauses = [(policy, _clause(pairs)) for policy, pairs in lost.items() if pairs]
        if clauses:
            priced = any(ratios(pairs, total) for pairs in lost.values())
            unit = (
                f" Shares of the estimated tokens of {ablation.baseline}: median and range of the fixtures."
            )
            yield stating(
                "recovery",
                both(pair for pairs in lost.values() for pair in pairs),
                f"Of the answers that {ablation.baseline} loses, the arm {arm} has {told(clauses)}."
                f"{unit if priced else ''}",
            )


def _clause(lost: list[Pair]) -> str:
    """Say how many are won and at what price; then that without question and tools."""
    won = sum(pair.mark == "won" for pair in lost)
    text = f"{won} of {len(lost)}"
    everything, alone = ratios(lost, total), ratios(lost, bare)
    if not everything:
        return text
    text += f" at {over(everything, len(lost))}"
    return f"{text} (context and recovery alone: {over(alone, len(lost))})" if alone else text
