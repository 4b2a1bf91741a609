"""Who is right in which arm, and in which of its best arms a policy takes the fewest tokens."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.findings.base import Finding
from specrun.reports.kinds.context.ablation import Ablation, summed
from specrun.reports.kinds.context.cell import Cell, total
from specrun.reports.kinds.context.rules.basis import stating
from specrun.reports.wording import count, listing, number

Groups = dict[str, dict[str, Cell]]
"""By arm, then by fixture."""


def right_answers(ablation: Ablation) -> Iterator[Finding]:
    """Say how often each policy is right in each arm."""
    for policy in ablation.policies:
        groups = _groups(ablation, policy)
        if groups:
            cells = (cell for arm in groups.values() for cell in arm.values())
            yield stating("right-answers", cells, f"{policy} is right in {_right(groups)}.")


def best_arm(ablation: Ablation) -> Iterator[Finding]:
    """Name, for each policy, the arm in which it is right most often with the fewest tokens.

    Only arms that all of its fixtures have are compared: the others had other work. An answer that is right
    without the declared evidence is a guess, and does not help an arm.
    """
    for policy in ablation.policies:
        groups = _groups(ablation, policy)
        fixtures = {name for cells in groups.values() for name in cells}
        costs = {
            arm: _cost(list(cells.values())) for arm, cells in groups.items() if cells.keys() == fixtures
        }
        known = {arm: cost for arm, cost in costs.items() if cost is not None}
        right = {arm: sum(cell.is_proven for cell in groups[arm].values()) for arm in known}
        most = max(right.values(), default=0)
        if len(known) > 1 and most:
            fewest = min(known[arm] for arm in known if right[arm] == most)
            names = [arm for arm in known if right[arm] == most and known[arm] == fewest]
            yield stating(
                "best-arm",
                (cell for arm in known for cell in groups[arm].values()),
                f"With {policy}, of {count(len(known), 'arm')} that {_all(len(fixtures))},"
                f" {listing(names)} {'is' if len(names) == 1 else 'are'} right most often,"
                f" with all declared evidence seen ({most} of {len(fixtures)}),"
                f" for the fewest estimated tokens ({number(fewest)}).",
            )


def _groups(ablation: Ablation, policy: str) -> Groups:
    groups = {
        arm: {fixture.name: cell for fixture, cell in ablation.cells(arm, policy)} for arm in ablation.arms
    }
    return {arm: cells for arm, cells in groups.items() if cells}


def _right(arms: Groups) -> str:
    """Write how often, and in which arms; arms with the same are named together."""
    alike: dict[str, list[str]] = {}
    for arm, cells in arms.items():
        times = f"{sum(cell.is_right for cell in cells.values())} of {len(cells)}"
        alike.setdefault(times, []).append(arm)
    return "; ".join(f"{times} in {listing(names)}" for times, names in alike.items())


def _all(fixtures: int) -> str:
    return f"all of its {count(fixtures, 'fixture')} have" if fixtures > 1 else "its only fixture has"


def _cost(cells: list[Cell]) -> int | float | None:
    tokens, measured = summed(cells, total)
    return tokens if measured == len(cells) else None
