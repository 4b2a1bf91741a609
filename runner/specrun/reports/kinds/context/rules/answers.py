"""Answers that do not go with what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation
from specrun.reports.kinds.context.cell import has_seen, is_right, is_stopped, is_wrong
from specrun.reports.kinds.context.rules.basis import counted_cells, stating
from specrun.reports.wording import listing, portion
from specrun.results.model import Trial


def right_unseen(ablation: Ablation) -> Iterator[Finding]:
    """Name the cases in which a policy is right without having seen what it takes."""
    verdict = "is right without having seen the evidence"
    yield from _odd(ablation, "right-unseen", is_right, verdict, seen=False)


def seen_wrong(ablation: Ablation) -> Iterator[Finding]:
    """Name the cases in which a policy has seen all that it takes, and is wrong."""
    verdict = "is wrong although it has seen the evidence"
    yield from _odd(ablation, "seen-wrong", is_wrong, verdict, seen=True)


def seen_stopped(ablation: Ablation) -> Iterator[Finding]:
    """Name the cases in which a policy has seen all that it takes, and is stopped: right or wrong."""
    verdict = "has seen the evidence, and is stopped before it ends by itself,"
    yield from _odd(ablation, "seen-stopped", is_stopped, verdict, seen=True)


def _odd(
    ablation: Ablation, rule: str, ended: Callable[[Trial], bool], verdict: str, *, seen: bool
) -> Iterator[Finding]:
    """Name the cases with a trial that ended so, and has seen the evidence or not."""
    for policy in ablation.policies:
        cells = [cell for _, cell in counted_cells(ablation) if cell.policy == policy]
        judged = [cell for cell in cells if any(has_seen(trial) is not None for trial in cell.counted)]
        odd = [cell for cell in judged if any(ended(one) and has_seen(one) is seen for one in cell.counted)]
        if odd:
            names = listing([cell.case.id for cell in odd])
            yield stating(
                rule, odd, f"{policy} {verdict} in {portion(len(odd), len(judged), 'case')}: {names}."
            )
