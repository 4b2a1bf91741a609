"""What a lane's meter has counted, as the rows of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.gateway.usage import KINDS
from specrun.results.model import StageUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from specrun.gateway.meter import Meter, Tally
    from specrun.gateway.usage import Usage


def usage_rows(meter: Meter, stages: Sequence[str]) -> tuple[StageUsage, ...]:
    """The rows of each stage in this order, and of each of its models by name; estimates come last.

    A stage in which no model was asked has a row that says so. Costs are left open.
    """
    return tuple(row for stage in stages for row in _of_stage(meter, stage))


def _of_stage(meter: Meter, stage: str) -> Iterator[StageUsage]:
    tallies = sorted((model, tally) for (where, model), tally in meter.tallies.items() if where == stage)
    if not tallies:
        yield StageUsage(stage=stage, requests=0)
    for model, tally in tallies:
        yield from _of_model(stage, model, tally)


def _of_model(stage: str, model: str, tally: Tally) -> Iterator[StageUsage]:
    """The row of what was measured and that of what was estimated. The first says what was not answered."""
    counts = tally.counts
    unanswered: dict[str, Any] = {
        "failed": counts["failed"],
        "refused": counts["refused"] + counts["missed"],
        "retries": tally.retries,
        "unfinished": tally.unfinished,
    }
    measured, guessed = tally.usage.measured, tally.usage.estimated
    if measured is not None or guessed is None:
        requests = counts["answered"] - tally.estimated
        yield StageUsage(stage=stage, model=model, requests=requests, **unanswered, **_tokens(measured))
        unanswered = {}
    if guessed is not None:
        tokens = _tokens(guessed)
        yield StageUsage(
            stage=stage, model=model, estimated=True, requests=tally.estimated, **unanswered, **tokens
        )


def _tokens(usage: Usage | None) -> dict[str, Any]:
    return {name: getattr(usage, name) for name in KINDS} if usage else {}
