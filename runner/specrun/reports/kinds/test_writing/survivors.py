"""Mutants that lived although the code that they change was run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from specrun.reports.escape import Markdown, cut, plain
from specrun.reports.fold import folded
from specrun.reports.kinds.test_writing.measures import KILLED, MUTANTS, MUTATION
from specrun.reports.table import Row, table
from specrun.reports.wording import count
from specrun.results.model import Trial

MOST = 10
"""How many survivors of a trial are listed."""
LENGTH = 160
_SURVIVOR = re.compile(r":\d+: .* -> ", re.DOTALL)
"""The grader's evidence names a survivor as `path:line: before -> after`."""


def survivors(trial: Trial) -> list[str]:
    """Return the mutants that lived in a trial and that its evidence names."""
    score = trial.score(MUTATION)
    return [] if score is None else [text for text in score.evidence if _SURVIVOR.search(text)]


def survivor_table(trials: Iterable[Trial], *, repeated: bool) -> Markdown | None:
    """Write the survivors of each trial of a case, folded away; None if there are none."""
    found = [(trial, named) for trial in trials if (named := survivors(trial))]
    if not found:
        return None
    mutants = count(sum(_number(trial, named) for trial, named in found), "mutant")
    rows = (row for trial, named in found for row in _rows(trial, named, repeated=repeated))
    return folded(
        f"{mutants} that lived, in {count(len(found), 'trial')}", table(["Trial", "Mutant that lived"], rows)
    )


def _rows(trial: Trial, named: list[str], *, repeated: bool) -> Iterator[Row]:
    name = f"{trial.agent}/{trial.repetition}" if repeated else trial.agent
    lived = _number(trial, named)
    shown = named[:MOST] if lived > MOST + 1 else named
    yield from ([name, cut(plain(text), LENGTH)] for text in shown)
    if len(shown) < lived:
        yield [name, f"and {lived - len(shown):,} more"]


def _number(trial: Trial, named: list[str]) -> int:
    """Return how many mutants lived: the grader may name only some of them."""
    tried, dead = MUTANTS(trial), KILLED(trial)
    return len(named) if tried is None or dead is None else max(len(named), int(tried - dead))
