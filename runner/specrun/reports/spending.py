"""What agents had models use: rows of usage put together over trials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from specrun.results.model import StageUsage, Trial


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What one model used in one stage, on one basis: measured, or estimated."""

    stage: str
    model: str | None
    """None: no model was asked in this stage."""
    estimated: bool
    rows: tuple[StageUsage, ...]
    """Of each trial, those that are put together."""


def spent(trials: Iterable[Trial]) -> list[Spent]:
    """Put the usage of trials together: stages in their order, then models by name, and estimates last."""
    rows = [row for trial in trials for row in trial.usage if row.requests is not None]
    stages = dict.fromkeys(row.stage for row in rows)
    return [
        each for stage in stages for each in _of_stage(stage, [row for row in rows if row.stage == stage])
    ]


def _of_stage(stage: str, rows: Sequence[StageUsage]) -> Iterable[Spent]:
    """Trials in which no model was asked add nothing to those in which one was."""
    asked = sorted({(row.model, row.estimated) for row in rows if row.model is not None})
    keys: list[tuple[str | None, bool]] = [*asked] or [(None, False)]
    for model, estimated in keys:
        fitting = tuple(row for row in rows if (row.model, row.estimated) == (model, estimated))
        yield Spent(stage=stage, model=model, estimated=estimated, rows=fitting)


def tokens(rows: Iterable[StageUsage], kind: str) -> int | None:
    """Add up a count of tokens, such as `input_tokens`. None: that of an answered request is not known."""
    counts = [getattr(row, kind) for row in rows if row.requests]
    return None if None in counts else sum(counts)


def cost(rows: Iterable[StageUsage]) -> Decimal | None:
    """Add up what answered requests cost, exactly. None: that of one is not known."""
    amounts = [row.cost for row in rows if row.requests]
    return None if None in amounts else sum(map(Decimal, filter(None, amounts)), Decimal())


def unpriced(trials: Iterable[Trial]) -> list[str]:
    """Name the models of which some cost is not known, sorted."""
    rows = (row for trial in trials for row in trial.usage)
    return sorted({row.model for row in rows if row.model and row.requests and row.cost is None})
