"""Whether reading pages costs more than having everything in the prompt."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, Fixture
from specrun.reports.kinds.context.cell import Cell, total
from specrun.reports.kinds.context.rules.basis import stating
from specrun.reports.wording import listing, number, portion


class _Compared(msgspec.Struct, frozen=True):
    """A trial that only reads, beside the same policy with all output in the prompt; tokens in all."""

    cell: Cell
    whole: Cell
    tokens: int | float
    whole_tokens: int | float


def reading(ablation: Ablation) -> Iterator[Finding]:
    """Say for each policy that only reads how often that takes more than the whole output would."""
    for policy in ablation.policies:
        compared = [one for fixture in ablation.fixtures for one in _compared(fixture, policy)]
        dearer = [one for one in compared if one.tokens > one.whole_tokens]
        if compared:
            names = [
                f"{one.cell.case.id} ({number(one.tokens)} against {number(one.whole_tokens)})"
                for one in dearer
            ]
            yield stating(
                "reading",
                (cell for one in compared for cell in (one.cell, one.whole)),
                f"{policy}, where it only reads pages, takes more estimated tokens than the whole output in"
                f" the prompt in {portion(len(dearer), len(compared), 'case')}"
                f"{': ' if names else ''}{listing(names)}.",
            )


def _compared(fixture: Fixture, policy: str) -> Iterator[_Compared]:
    cells = [arm.cells[policy] for arm in fixture.arms if policy in arm.cells]
    whole = next((cell for cell in cells if _holds_all(cell)), None)
    if whole is None:
        return
    for cell in cells:
        tokens, whole_tokens = total(cell), total(whole)
        if _only_reads(cell) and tokens is not None and whole_tokens is not None:
            yield _Compared(cell, whole, tokens, whole_tokens)


def _holds_all(cell: Cell) -> bool:
    """Whether the context is all of the output, and there are no tools because none are needed."""
    before, context = cell.cost("inline_tokens_before"), cell.cost("context_tokens")
    return context is not None and context == before and not cell.cost("schema_tokens")


def _only_reads(cell: Cell) -> bool:
    return bool(cell.cost("reads")) and not cell.cost("greps") and not cell.cost("tails")
