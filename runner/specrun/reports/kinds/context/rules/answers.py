"""Answers that do not go with what was seen."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation
from specrun.reports.kinds.context.cell import Cell
from specrun.reports.kinds.context.rules.basis import counted_cells, stating
from specrun.reports.wording import listing, portion


def right_unseen(ablation: Ablation) -> Iterator[Finding]:
    """Name the cases in which a policy is right without having seen what it takes."""
    yield from _split(
        ablation, "right-unseen", right=True, verdict="is right without having seen the evidence"
    )


def seen_wrong(ablation: Ablation) -> Iterator[Finding]:
    """Name the cases in which a policy has seen all that it takes, and is wrong."""
    yield from _split(
        ablation, "seen-wrong", right=False, verdict="is wrong although it has seen the evidence"
    )


def _split(ablation: Ablation, rule: str, *, right: bool, verdict: str) -> Iterator[Finding]:
    for policy in ablation.policies:
        judged = [
            cell for _, cell in counted_cells(ablation) if cell.policy == policy and cell.evidence("wanted")
        ]
        odd = [cell for cell in judged if cell.is_right == right and _has_seen(cell) != right]
        if odd:
            names = listing([cell.case.id for cell in odd])
            yield stating(
                rule, odd, f"{policy} {verdict} in {portion(len(odd), len(judged), 'case')}: {names}."
            )


def _has_seen(cell: Cell) -> bool:
    return cell.evidence("seen") == cell.evidence("wanted")
