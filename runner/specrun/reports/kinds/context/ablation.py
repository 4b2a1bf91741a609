"""Arms beside their baseline: the cells of a run by fixture, arm and policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from specrun.reports.kinds.context.cell import Cell, Cost, cell
from specrun.results.model import Case, Claim, Number, Results, Trial
from specrun.results.summary import combine

Mark = Literal["won", "lost"]


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """One arm of a fixture, with a cell for each policy that has trials there."""

    name: str
    case: Case
    cells: dict[str, Cell]

    def costs(self, figure: str) -> list[int | float]:
        """Return the values of a figure, each once, ascending: one, where policies make no difference."""
        known = {cell.cost(figure) for cell in self.cells.values()}
        return sorted(value for value in known if value is not None)


class Fixture(msgspec.Struct, frozen=True, kw_only=True):
    """A fixture with its arms, the baseline first."""

    name: str
    title: str
    claims: tuple[Claim, ...]
    arms: tuple[Arm, ...]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in an arm, and the same policy in the baseline of the same fixture. Both count."""

    fixture: str
    here: Cell
    there: Cell

    @property
    def mark(self) -> Mark | None:
        """`won`: right here and not there. `lost`: right there and not here."""
        if self.here.is_right == self.there.is_right:
            return None
        return "won" if self.here.is_right else "lost"


class Ablation(msgspec.Struct, frozen=True, kw_only=True):
    """All fixtures of a run. Policies and arms are in plan order, arms that are a baseline first."""

    fixtures: tuple[Fixture, ...]
    policies: tuple[str, ...]
    arms: tuple[str, ...]
    baselines: tuple[str, ...]
    """The names of the arms that others are compared with."""
    by_case: dict[str, Arm]

    @property
    def baseline(self) -> str:
        """What to call the baseline in a sentence."""
        return self.baselines[0] if len(self.baselines) == 1 else "the baseline"

    def cells(self, arm: str, policy: str) -> Iterator[tuple[Fixture, Cell]]:
        """Give the cells of an arm and a policy in which something counts, by fixture."""
        for fixture in self.fixtures:
            for found in fixture.arms:
                here = found.cells.get(policy)
                if found.name == arm and here is not None and here.counted:
                    yield fixture, here

    def pair(self, here: Cell) -> Cell | None:
        """Return the same policy in the baseline of the same fixture, if both count."""
        base = self.by_case.get(here.case.baseline or "")
        there = None if base is None else base.cells.get(here.policy)
        return there if there is not None and there.counted and here.counted else None

    def pairs(self, arm: str, policy: str) -> list[Pair]:
        """Return what can be compared with the baseline, a pair for each fixture."""
        return [
            Pair(fixture=fixture.name, here=here, there=there)
            for fixture, here in self.cells(arm, policy)
            if (there := self.pair(here)) is not None
        ]


def ablation(results: Results) -> Ablation:
    """Arrange the trials of a run."""
    trials: dict[str, dict[str, list[Trial]]] = {case.id: {} for case in results.cases}
    for trial in results.trials:
        trials[trial.case].setdefault(trial.agent, []).append(trial)
    groups: dict[str, list[Arm]] = {}
    for case in results.cases:
        arm = Arm(
            name=case.facets.get("arm", case.id),
            case=case,
            cells={policy: cell(policy, case, group) for policy, group in trials[case.id].items()},
        )
        groups.setdefault(case.facets.get("fixture", case.id), []).append(arm)
    fixtures = tuple(_fixture(name, arms) for name, arms in groups.items())
    by_case = {arm.case.id: arm for fixture in fixtures for arm in fixture.arms}
    used = {case.baseline for case in results.cases} & by_case.keys()
    baselines = tuple(dict.fromkeys(arm.name for case, arm in by_case.items() if case in used))
    every = (*baselines, *(arm.name for arm in by_case.values()))
    return Ablation(
        fixtures=fixtures,
        policies=tuple(agent.id for agent in results.agents),
        arms=tuple(dict.fromkeys(every)),
        baselines=baselines,
        by_case=by_case,
    )


def _fixture(name: str, arms: Iterable[Arm]) -> Fixture:
    ordered = tuple(sorted(arms, key=lambda arm: arm.case.baseline is not None))
    return Fixture(
        name=name,
        title=ordered[0].case.title,
        claims=tuple(claim for arm in ordered for claim in arm.case.claims),
        arms=ordered,
    )


def summed(cells: Iterable[Cell], cost: Cost) -> tuple[Number, int]:
    """Add a cost up, and say over how many cells that measured it."""
    known = [value for found in cells if (value := cost(found)) is not None]
    return combine("sum", known), len(known)


def ratios(pairs: Iterable[Pair], cost: Cost) -> list[float]:
    """Return a cost as a share of the baseline's for each pair that measured both, where that is not 0.

    They are not pooled: one fixture with a huge output would be all that one sees.
    """
    both = ((cost(pair.here), cost(pair.there)) for pair in pairs)
    return [here / there for here, there in both if here is not None and there]
