"""Which benchmarks have trials that are selected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specrun.benchmarks.base import Surroundings
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.plan.selection import check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.plan.selection import Selection, Traits
    from specrun.spec.library import Resolved


def choose(benchmarks: Sequence[Resolved], only: Selection) -> list[Resolved]:
    """The benchmarks that have a selected trial, in their order.

    Raises ValueError for a selection that names what none of them has, or that no trial meets.
    """
    if not only.wanted:
        return list(benchmarks)
    traits = [_traits(resolved, only) for resolved in benchmarks]
    known: dict[str, set[str]] = {}
    for trial in (trial for trials in traits for trial in trials):
        for key, values in trial.items():
            known.setdefault(key, set()).update(values)
    check(only, known)
    chosen = [
        resolved
        for resolved, trials in zip(benchmarks, traits, strict=True)
        if any(only.takes(trial) for trial in trials)
    ]
    if not chosen:
        raise ValueError("--only selects no trial: each value is there, but nothing has all of them")
    return chosen


def _traits(resolved: Resolved, only: Selection) -> list[Traits]:
    """What every agent on every case can be selected by; what is not settled yet may be what is wanted."""
    kind = BENCHMARK_KINDS[resolved.model.kind]
    roster = kind.roster(resolved, Surroundings(cache=Path(), offline=True))
    none: frozenset[str] = frozenset()
    return [
        {"agent": (agent,), **case.traits, **{key: only.wanted.get(key, none) for key in case.unsettled}}
        for case in kind.cases(resolved)
        for agent in roster.on(case.facets.get("project", ""))
    ]
