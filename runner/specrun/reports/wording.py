"""Numbers and lists in words. One rendering of each, the same in every locale."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from specrun.results.model import Figure, Number, Outcome, Rate

NOT_MEASURED = "-"
ARROWS = {"higher": " ↑", "lower": " ↓", "none": ""}
LONGEST_LIST = 10


def percent(share: float) -> str:
    """Write a share of 1 with one decimal: `66.7%`. Only a true 0 or 1 is written as 0 or 100."""
    if 0 < share < 0.0005:
        return "< 0.1%"
    if 0.9995 <= share < 1:
        return "> 99.9%"
    return f"{share * 100:.1f}%"


def number(value: Number, measured_in: str = "") -> str:
    """Write a figure: `1,234`, `0.25`, `66.7%` for a share, `-` for what was not measured."""
    if value is None:
        return NOT_MEASURED
    if measured_in == "share":
        return percent(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"


def money(value: Decimal | None) -> str:
    """Write an exact amount of money: `1,234.5`, `0.00041`, `-` for what is not known."""
    return NOT_MEASURED if value is None else f"{value.normalize():,f}"


def amount(value: Number, whole: Number, figure: Figure) -> str:
    """Write a figure with what it is out of: `120 of 300`."""
    text = number(value, figure.unit)
    return text if whole is None or value is None else f"{text} of {number(whole, figure.unit)}"


def unit(figure: Figure) -> str:
    """Name the unit of a figure, and whether more is better: `lines ↑`."""
    return f"{'%' if figure.unit == 'share' else figure.unit}{ARROWS[figure.direction]}"


def title(figure: Figure) -> str:
    """Name a figure with its unit: `Covered lines (lines ↑)`."""
    return f"{figure.title} ({unit(figure)})"


def counts(rate: Rate) -> str:
    """Write a rate as its counts: `6/9`."""
    return f"{rate.passed}/{rate.counted}"


def interval(rate: Rate) -> str:
    """Write the interval of a rate: `35.4% to 87.9%`."""
    if rate.low is None or rate.high is None:
        return NOT_MEASURED
    return f"{percent(rate.low)} to {percent(rate.high)}"


def count(amount: int, noun: str) -> str:
    """Count things: `1 trial`, `3 trials`."""
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def portion(part: int, whole: int, noun: str) -> str:
    """Count some of all: `1 of 3 trials`."""
    return f"{part:,} of {count(whole, noun)}"


def because(reason: str | None) -> str:
    """End a sentence with a reason, where there is one: `: no such tool.`, else `.`."""
    return f": {reason.rstrip('. ')}." if reason else "."


def listing(names: Sequence[str]) -> str:
    """List names: `a, b and c`; of many, the first ones and how many more there are."""
    if len(names) > LONGEST_LIST + 1:
        return f"{', '.join(names[:LONGEST_LIST])} and {len(names) - LONGEST_LIST:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def label(outcome: Outcome) -> str:
    """Name an outcome for people: `agent timeout`."""
    return outcome.replace("_", " ")
