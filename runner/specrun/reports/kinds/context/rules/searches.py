"""What it costs to search more than once: with a wrong query first, say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation
from specrun.reports.kinds.context.cell import Cell, whole
from specrun.reports.kinds.context.rules.basis import stating
from specrun.reports.wording import count, listing, number, portion


class _Searched(msgspec.Struct, frozen=True):
    """Two policies on one case that only search, both right; the second one searches more."""

    once: Cell
    again: Cell
    tokens: int | float
    """What the second one takes more, in calls and pages."""


def searches(ablation: Ablation) -> Iterator[Finding]:
    """Say for each two policies what the one that searches more pays for the same right answers."""
    for first, second in combinations(ablation.policies, 2):
        for few, many in ((first, second), (second, first)):
            found = [
                searched
                for arm in ablation.by_case.values()
                if (searched := _searched(arm.cells.get(few), arm.cells.get(many))) is not None
            ]
            if found:
                yield _finding(few, many, found)


def _finding(few: str, many: str, found: list[_Searched]) -> Finding:
    told = [
        f"{_average(some)} {word} estimated tokens of calls and pages in"
        f" {portion(len(some), len(found), 'case')}"
        for word, some in (
            ("more", [one.tokens for one in found if one.tokens > 0]),
            ("fewer", [-one.tokens for one in found if one.tokens < 0]),
        )
        if some
    ]
    equal = sum(not one.tokens for one in found)
    told += [f"as many in {portion(equal, len(found), 'case')}"] if equal else []
    return stating(
        "searches",
        (cell for one in found for cell in (one.once, one.again)),
        f"{many} searches more often than {few} for the same right answer in {count(len(found), 'case')}:"
        f" on average, that takes {listing(told)}.",
    )


def _average(values: Sequence[int | float]) -> str:
    return number(whole(sum(values) / len(values)))


def _searched(once: Cell | None, again: Cell | None) -> _Searched | None:
    if once is None or again is None or not (_only_searches(once) and _only_searches(again)):
        return None
    few, many = once.cost("greps"), again.cost("greps")
    before, after = once.cost("recovery_tokens"), again.cost("recovery_tokens")
    if few is None or many is None or before is None or after is None or many <= few:
        return None
    return _Searched(once, again, after - before)


def _only_searches(cell: Cell) -> bool:
    others = cell.cost("reads") or cell.cost("tails")
    return bool(cell.is_right and cell.cost("greps") and not others)
