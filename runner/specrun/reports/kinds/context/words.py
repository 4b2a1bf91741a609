"""How numbers and verdicts of a context benchmark are written."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.reports.escape import Markdown
from specrun.reports.kinds.context.ablation import Mark
from specrun.reports.kinds.context.cell import Cell
from specrun.reports.trials import cell as outcome
from specrun.reports.wording import NOT_MEASURED, listing, number, percent

ESTIMATES = (
    "Tokens are estimates everywhere here: characters / 4, rounded up. No tokenizer and no model was asked."
)
MARKS: dict[Mark | None, Markdown] = {
    "won": Markdown(" ▲ **WON**"),
    "lost": Markdown(" ▼ **LOST**"),
    None: Markdown(""),
}


def verdict(cell: Cell) -> str:
    """Say whether a policy is right: `right`, `wrong`, `2 of 3 right`, or why nothing counts."""
    if not cell.counted:
        return outcome(cell.trials)
    if len(cell.counted) == 1:
        return "right" if cell.right else "wrong"
    return f"{cell.right} of {len(cell.counted)} right"


def share(value: float | None) -> str:
    """Write a ratio in percent, negative ones too."""
    if value is None:
        return NOT_MEASURED
    size = abs(value)
    text = percent(size) if size <= 1 else f"{size * 100:,.1f}%"
    return f"-{text}" if value < 0 else text


def over(value: float | None, cells: int, all_cells: int) -> str:
    """Write a ratio, and over how many fixtures where that is not all of them."""
    text = share(value)
    return text if cells == all_cells or value is None else f"{text} ({cells}/{all_cells})"


def either(values: Iterable[int | float]) -> str:
    """Write values of which most often there is one."""
    return " or ".join(map(number, values)) or NOT_MEASURED


def told(clauses: Iterable[tuple[str, str]]) -> str:
    """Put together what is said of policies: `with a and b each x; with c y`. None is said twice."""
    groups: dict[str, list[str]] = {}
    for policy, clause in clauses:
        groups.setdefault(clause, []).append(policy)
    return "; ".join(
        f"with {listing(policies)} {'each ' if len(policies) > 1 else ''}{clause}"
        for clause, policies in groups.items()
    )
