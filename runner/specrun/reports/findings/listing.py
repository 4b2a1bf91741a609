"""Findings as `findings.md` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from specrun.reports import selection
from specrun.reports.findings.base import Finding
from specrun.reports.wording import count
from specrun.results.model import Results

MOST_LINES = 20
"""After how many lines a list of trials is cut."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, which rule made it, and lines that name its trials."""

    text: str
    basis: str
    trials: tuple[str, ...]


def listed(results: Results, findings: Iterable[Finding]) -> list[Listed]:
    """Prepare findings for listing. Trials that are all of an agent's are named together."""
    agents = {agent: selection.names(trials) for agent, trials in selection.by_agent(results).items()}
    return [
        Listed(
            text=finding.text,
            basis=f"Rule {finding.rule}, {count(len(finding.trials), 'trial')}",
            trials=tuple(_lines(agents, frozenset(finding.trials))),
        )
        for finding in findings
    ]


def _lines(agents: dict[str, tuple[str, ...]], trials: frozenset[str]) -> Iterator[str]:
    lines = list(_named(agents, trials))
    shown = lines[:MOST_LINES] if len(lines) > MOST_LINES + 1 else lines
    yield from (text for text, _ in shown)
    more = sum(size for _, size in lines[len(shown) :])
    if more:
        yield f"and {count(more, 'trial')} more"


def _named(agents: dict[str, tuple[str, ...]], trials: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Give lines, and of how many trials each speaks."""
    for agent, names in agents.items():
        if len(names) > 1 and trials.issuperset(names):
            yield f"all {len(names)} trials of {agent}", len(names)
        else:
            yield from ((name, 1) for name in names if name in trials)
