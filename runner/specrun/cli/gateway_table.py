"""What was used through the gateway, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.gateway.usage import KINDS

if TYPE_CHECKING:
    from decimal import Decimal

    from specrun.gateway.account import Row

_NOT_KNOWN = "-"
_COUNTED = ("answered", "failed", "refused", "missed")
_SHOWN = tuple(name for name in KINDS if name != "cache_write_long_tokens")


def as_table(rows: list[Row]) -> str:
    """A plain-text table; what is not known is `-`."""
    from tabulate import tabulate

    from specrun.spec.problems import printable

    titles = ["stage", "model", "tokens", *_COUNTED, "retries", *map(_title, _SHOWN), "cost"]
    lines = [[printable(cell) for cell in _cells(row)] for row in rows]
    aligned = ["left"] * 3 + ["right"] * (len(titles) - 3)
    return tabulate(lines, titles, disable_numparse=True, colalign=aligned)


def _title(kind: str) -> str:
    return kind.removesuffix("_tokens").replace("_", " ")


def _cells(row: Row) -> list[str]:
    requests = dict(row.requests) if row.requests else {}
    return [
        row.stage,
        row.model,
        row.basis,
        *(str(requests[name]) if name in requests else "" for name in _COUNTED),
        "" if row.retries is None else str(row.retries),
        *(_count(getattr(row.usage, name)) for name in _SHOWN),
        _money(row.cost) if row.requests else "",
    ]


def _count(value: int | None) -> str:
    return _NOT_KNOWN if value is None else f"{value:,}"


def _money(value: Decimal | None) -> str:
    return _NOT_KNOWN if value is None else f"{value:f}"


def as_json(rows: list[Row]) -> str:
    """The rows as JSON; costs are decimal numbers as text."""
    from specrun.spec.digest import pretty_json

    return pretty_json(rows).decode()
