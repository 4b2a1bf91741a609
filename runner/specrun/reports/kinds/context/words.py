"""How numbers and verdicts of a context benchmark are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from specrun.reports.escape import Markdown
from specrun.reports.kinds.context.ablation import Mark
from specrun.reports.kinds.context.cell import Cell, is_stopped
from specrun.reports.trials import cell as outcome
from specrun.reports.wording import NOT_MEASURED, label, listing, number, percent

ESTIMATES = (
    "Tokens are estimates everywhere here: characters / 4, rounded up. No tokenizer and no model was asked."
)
MARKS: dict[Mark | None, Markdown] = {
    "won": Markdown(" ▲ **WON**"),
    "lost": Markdown(" ▼ **LOST**"),
    None: Markdown(""),
}


def verdict(cell: Cell) -> str:
    """Say whether a policy is right: `right`, `wrong`, `2 of 3 right`, what stopped it, or what else."""
    if not cell.counted:
        return outcome(cell.trials)
    stopped = Counter(label(trial.outcome) for trial in cell.counted if is_stopped(trial))
    if len(cell.counted) == 1:
        return next(iter(stopped), "right" if cell.right else "wrong")
    parts = [f"{times} {name}" for name, times in sorted(stopped.items())]
    return ", ".join([f"{cell.right} of {len(cell.counted)} right", *parts])


def share(value: float | None) -> str:
    """Write a ratio in percent, negative ones too."""
    if value is None:
        return NOT_MEASURED
    size = abs(value)
    text = percent(size) if size <= 1 else f"{size * 100:,.1f}%"
    return f"-{text}" if value < 0 else text


def spread(values: Sequence[float]) -> str:
    """Write the median of ratios, and from where to where they go: `43.0%, 33.3% to 51.2%`."""
    low, middle, high = (share(pick(values)) if values else NOT_MEASURED for pick in (min, median, max))
    return middle if low == high else f"{middle}, {low} to {high}"


def over(values: Sequence[float], all_cells: int) -> str:
    """Write the median and the range of ratios, and over how many fixtures where that is not all of them."""
    text = spread(values)
    return text if len(values) in (0, all_cells) else f"{text} ({len(values)}/{all_cells})"


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
