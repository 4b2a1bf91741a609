"""What rules of test-writing share: who shows a symptom of something, in which of the trials that could."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from specrun.reports import selection
from specrun.reports.escape import cut, plain
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import LONGEST_LIST, listing, portion
from specrun.results.model import Results, Trial

LENGTH = 240


class Symptom(msgspec.Struct, frozen=True, kw_only=True):
    """Something that trials can show.

    `clause` returns what shows it in a trial: an empty text where nothing does, None where that was not
    measured or cannot be.
    """

    rule: str
    does: str
    clause: Callable[[Trial], str | None]
    among: str = ""
    """What the trials have in common in which it can be: ` with a gain`."""
    note: str = ""
    """A sentence that follows."""


def symptoms(results: Results, symptom: Symptom) -> Iterator[Finding]:
    """Say for each contestant that shows a symptom in how many trials, in which, and by what."""
    for agent, trials in selection.contestants(results).items():
        judged = [(trial, text) for trial in trials if (text := symptom.clause(trial)) is not None]
        shown = [(trial, text) for trial, text in judged if text]
        if shown:
            times = portion(len(shown), len(judged), "measured trial")
            yield found(
                symptom.rule,
                (trial for trial, _ in shown),
                f"{agent} {symptom.does} in {times}{symptom.among}:"
                f" {placed((_place(results, trial), text) for trial, text in shown)}.{symptom.note}",
            )


def placed(clauses: Iterable[tuple[str, str]]) -> str:
    """Write what is so in which places: `a and b (x); c (y)`. Of many texts the first ones are written."""
    groups: dict[str, list[str]] = {}
    for place, text in clauses:
        groups.setdefault(text, []).append(place)
    told = [f"{listing(places)} ({text})" for text, places in groups.items()]
    left_out = sum(len(places) for places in list(groups.values())[LONGEST_LIST:])
    return "; ".join([*told[:LONGEST_LIST], *([f"and {left_out:,} more"] if left_out else [])])


def said(evidence: Iterable[str]) -> str:
    """Write what a grader says in one line; it is cut where it is very long."""
    return cut(plain("; ".join(text.rstrip(". ") for text in evidence)), LENGTH)


def with_reason(text: str, reason: str) -> str:
    """Put a reason behind a text, where there is one."""
    return f"{text}: {reason}" if reason else text


def _place(results: Results, trial: Trial) -> str:
    return trial.case if results.repeats == 1 else f"{trial.case}/{trial.repetition}"
