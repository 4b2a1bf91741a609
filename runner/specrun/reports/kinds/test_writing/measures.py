"""What the graders of test-writing measure of a trial. None: not measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from specrun.reports.selection import value
from specrun.results.model import Number, Trial
from specrun.results.summary import combine

PATCH = "patch"
TESTS = "tests"
COVERAGE = "coverage-gain"
SIZE = "diff-size"
MUTATION = "mutation"
DUPLICATION = "duplication"
USAGE = "usage"

Measure = Callable[[Trial], Number]


def _figure(grader: str, name: str) -> Measure:
    return lambda trial: value(trial, grader, name)


TOUCHED = _figure(PATCH, "source_lines_touched")
ADDED = _figure(TESTS, "added")
FAILING = _figure(TESTS, "failing")
FLAKY = _figure(TESTS, "flaky")
BROKEN = _figure(TESTS, "broken")
REMOVED = _figure(TESTS, "removed")
GAIN = _figure(COVERAGE, "gain")
MISSED = _figure(COVERAGE, "missed")
IMPORT_GAIN = _figure(COVERAGE, "import_gain")
BRANCH_GAIN = _figure(COVERAGE, "branch_gain")
BRANCHES_MISSED = _figure(COVERAGE, "branches_missed")
TEST_LINES = _figure(SIZE, "test_lines")
SOURCE_LINES = _figure(SIZE, "source_lines")
OTHER_LINES = _figure(SIZE, "other_lines")
KILLED = _figure(MUTATION, "killed")
MUTANTS = _figure(MUTATION, "mutants")
DUPLICATED = _figure(DUPLICATION, "duplicated")
DUPLICATED_OF = _figure(DUPLICATION, "test_lines")
TOKENS = _figure(USAGE, "tokens")
COST = _figure(USAGE, "cost")


def changed(trial: Trial) -> Number:
    """Return how many lines a patch adds and deletes, wherever."""
    added, deleted = value(trial, SIZE, "added"), value(trial, SIZE, "deleted")
    return None if added is None or deleted is None else added + deleted


class Total(msgspec.Struct, frozen=True):
    """Some measures added up, each over the trials that have all of them."""

    sums: tuple[int | float, ...]
    trials: tuple[Trial, ...]


def total(trials: Iterable[Trial], *measures: Measure) -> Total | None:
    """Add measures up; None if no trial has all of them."""
    known = tuple(trial for trial in trials if all(measure(trial) is not None for measure in measures))
    sums = [combine("sum", map(measure, known)) for measure in measures]
    return Total(tuple(one for one in sums if one is not None), known) if known else None
