"""What arms lose of the answers that the baseline has."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, Pair
from specrun.reports.kinds.context.rules.basis import both, stating
from specrun.reports.kinds.context.words import told
from specrun.reports.wording import count, listing


def losses(ablation: Ablation) -> Iterator[Finding]:
    """Name, for each arm, what its policies lose; where nothing is lost in any arm, say so."""
    had: list[Pair] = []
    some = False
    for arm in ablation.arms:
        pairs = {policy: _had(ablation, arm, policy) for policy in ablation.policies}
        clauses = [(policy, _clause(group)) for policy, group in pairs.items() if any(_lost(group))]
        every = [pair for group in pairs.values() for pair in group]
        had += every
        if clauses:
            some = True
            yield stating(
                "losses",
                both(every),
                f"Of the answers that {ablation.baseline} has, the arm {arm} loses {told(clauses)}.",
            )
    if had and not some:
        yield stating(
            "losses",
            both(had),
            f"No arm loses an answer that {ablation.baseline} has, in {count(len(had), 'comparison')}.",
        )


def _had(ablation: Ablation, arm: str, policy: str) -> list[Pair]:
    return [pair for pair in ablation.pairs(arm, policy) if pair.there.is_right]


def _lost(pairs: list[Pair]) -> Iterator[Pair]:
    return (pair for pair in pairs if pair.mark == "lost")


def _clause(pairs: list[Pair]) -> str:
    names = [pair.fixture for pair in _lost(pairs)]
    return f"{len(names)} of {len(pairs)} ({listing(names)})"
