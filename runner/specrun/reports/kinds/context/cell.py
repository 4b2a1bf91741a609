"""One policy in one arm of one fixture: what came of all its repetitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from specrun.reports import selection
from specrun.results.model import COUNTED, Case, Number, Trial
from specrun.results.statistics import mean

ANSWER = "context-answer"
CHECKS = "context-checks"
COST = "context-cost"
EVIDENCE = "context-evidence"


Figures = dict[str, Number]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The trials of a policy on a case. Figures are means over those that count and measured them."""

    policy: str
    case: Case
    trials: tuple[Trial, ...]
    counted: tuple[Trial, ...]
    right: int
    """How many of the counted trials say what is right."""
    costs: Figures
    sights: Figures
    """How many lines of evidence there are, were seen, and were fetched."""

    @property
    def is_right(self) -> bool:
        """Whether every trial that counts is right; at least one counts."""
        return bool(self.counted) and self.right == len(self.counted)

    @property
    def is_proven(self) -> bool:
        """Whether it is right, and no trial lacks a line of the evidence that is declared."""
        return self.is_right and all(has_seen(trial) is not False for trial in self.counted)

    def cost(self, figure: str) -> Number:
        """Return what it cost; None if that was not measured."""
        return self.costs.get(figure)

    def evidence(self, figure: str) -> Number:
        """Return how many lines are `wanted`, `seen` or `fetched`; None if that was not measured."""
        return self.sights.get(figure)


Cost = Callable[[Cell], Number]


def total(cell: Cell) -> Number:
    """Return the tokens of everything: question, context, calls, pages, and the tools' definitions."""
    return cell.cost("total_tokens")


def bare(cell: Cell) -> Number:
    """Return the tokens of context, calls and pages: without question and without the tools' definitions."""
    context, recovery = cell.cost("context_tokens"), cell.cost("recovery_tokens")
    return None if context is None or recovery is None else context + recovery


def cell(policy: str, case: Case, trials: Sequence[Trial]) -> Cell:
    """Put the trials of a policy on a case together."""
    counted = tuple(selection.counted(trials))
    return Cell(
        policy=policy,
        case=case,
        trials=tuple(trials),
        counted=counted,
        right=sum(is_right(trial) for trial in counted),
        costs=_means(counted, COST),
        sights=_means(counted, EVIDENCE),
    )


def is_right(trial: Trial) -> bool:
    """Whether a trial ended by itself and its answer is right; if nobody judged that, whether it passed."""
    score = trial.score(ANSWER)
    if score is None or trial.outcome not in ("passed", "failed"):
        return trial.outcome == "passed"
    return score.status == "passed"


def is_wrong(trial: Trial) -> bool:
    """Whether a trial ended by itself and its answer is wrong."""
    return trial.outcome == "failed" and not is_right(trial)


def is_stopped(trial: Trial) -> bool:
    """Whether a trial counts and did not end by itself: it may have said the right answer before."""
    return trial.outcome in COUNTED - {"passed", "failed"}


def has_seen(trial: Trial) -> bool | None:
    """Whether a trial has seen all declared evidence; None where none is declared or nobody judged it."""
    score = trial.score(EVIDENCE)
    return score.status == "passed" if score is not None and score.status in ("passed", "failed") else None


def _means(trials: Sequence[Trial], grader: str) -> Figures:
    """Return the figures of a grader; those of a single trial as they are, for most cells have just one."""
    measured = [score.figures for trial in trials if (score := trial.score(grader)) is not None]
    if len(measured) == 1:
        return measured[0]
    return {name: _mean([figures.get(name) for figures in measured]) for name in set().union(*measured)}


def _mean(values: Sequence[Number]) -> Number:
    value = mean(values)
    return None if value is None else whole(value)


def whole(value: float) -> int | float:
    """Return a mean that is a whole number as one, so that it is written like what it is the mean of."""
    return int(value) if value.is_integer() else value
