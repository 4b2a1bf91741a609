"""Arms beside their baseline, as tables: over all fixtures, and for each one."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.escape import Markdown
from specrun.reports.kinds.context.ablation import Ablation, Arm, Fixture, Pair, ratios, summed
from specrun.reports.kinds.context.cell import Cell, bare, total
from specrun.reports.kinds.context.words import MARKS, either, over, share, verdict
from specrun.reports.table import Row, table
from specrun.reports.wording import NOT_MEASURED, number


def summary_table(ablation: Ablation) -> Markdown:
    """Write a row for each arm and policy, over all fixtures."""
    titles = [
        "Arm",
        "Policy",
        "Right ↑",
        "Share right ↑",
        "Won ↑",
        "Lost ↓",
        "In all (est. tokens ↓)",
        "of the baseline's (median, range ↓)",
        "Context and recovery (est. tokens ↓)",
        "of the baseline's (median, range ↓)",
    ]
    return table(titles, _summary_rows(ablation), right=range(2, len(titles)))


def _summary_rows(ablation: Ablation) -> Iterator[Row]:
    for arm in ablation.arms:
        name = f"{arm} (baseline)" if arm in ablation.baselines else arm
        for policy in ablation.policies:
            cells = [found for _, found in ablation.cells(arm, policy)]
            if cells:
                yield [name, policy, *_summary(cells, ablation.pairs(arm, policy))]


def _summary(cells: list[Cell], pairs: list[Pair]) -> Row:
    right = sum(found.is_right for found in cells)
    amounts: list[str] = []
    for cost in (total, bare):
        added, measured = summed(cells, cost)
        amounts.append(
            number(added) if measured == len(cells) else f"{number(added)} ({measured}/{len(cells)})"
        )
        amounts.append(over(ratios(pairs, cost), len(cells)))
    return [
        f"{right} of {len(cells)}",
        share(right / len(cells)),
        _marked(pairs, "won", base_right=False),
        _marked(pairs, "lost", base_right=True),
        *amounts,
    ]


def _marked(pairs: list[Pair], mark: str, *, base_right: bool) -> str:
    """Count the pairs that could be won, or lost, and those that are."""
    possible = [pair for pair in pairs if pair.there.is_right == base_right]
    return f"{sum(pair.mark == mark for pair in possible)} of {len(possible)}" if pairs else NOT_MEASURED


def fixture_table(ablation: Ablation, fixture: Fixture) -> Markdown:
    """Write a row for each arm of a fixture, the baseline first, and a column for each policy."""
    titles = ["Arm", "Context (est. tokens ↓)", *ablation.policies]
    rows = (
        [_arm_name(fixture, arm), either(arm.costs("context_tokens")), *_cells(ablation, arm)]
        for arm in fixture.arms
    )
    return table(titles, rows, right=[1])


def _arm_name(fixture: Fixture, arm: Arm) -> str:
    is_baseline = any(other.case.baseline == arm.case.id for other in fixture.arms)
    return f"{arm.name} (baseline)" if is_baseline else arm.name


def _cells(ablation: Ablation, arm: Arm) -> Iterator[Markdown | str]:
    for policy in ablation.policies:
        found = arm.cells.get(policy)
        yield NOT_MEASURED if found is None else _cell(found, ablation.pair(found))


def _cell(here: Cell, there: Cell | None) -> Markdown:
    pair = None if there is None else Pair(fixture="", here=here, there=there)
    lines = [verdict(here) + MARKS[None if pair is None else pair.mark]]
    if here.counted:
        lines += [_in_all(here, there), _bare(here, there)]
    return Markdown("<br>".join(lines))


def _in_all(here: Cell, there: Cell | None) -> str:
    """Write what everything costs, and how much of the baseline's that saves."""
    cost, before = total(here), None if there is None else total(there)
    text = f"{number(cost)} in all"
    if cost is None or before is None:
        return text
    saved = before - cost
    return f"{text}; saves {number(saved)} ({share(saved / before if before else None)})"


def _bare(here: Cell, there: Cell | None) -> str:
    cost, before = bare(here), None if there is None else bare(there)
    text = f"{number(cost)} context and recovery"
    return f"{text}: {share(cost / before)}" if cost is not None and before else text
