"""Which trials of a benchmark to run: `--only agent=heuristic,project=ledger,tag=small`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = ("agent", "project", "tag")


class Selection(msgspec.Struct, frozen=True):
    """Values by key. A trial is selected if it has one of the values of every key that is given."""

    wanted: dict[str, frozenset[str]] = {}

    def takes(self, agent: str, case: str, tags: Iterable[str]) -> bool:
        """Whether a trial of this agent on this case is selected."""
        have = {"agent": {agent}, "project": {case}, "tag": set(tags)}
        return all(values & have[key] for key, values in self.wanted.items())


def parse(terms: Iterable[str]) -> Selection:
    """Read `key=value` terms, each possibly several with commas. Raises ValueError with one clear line."""
    wanted: dict[str, set[str]] = {}
    for term in (part for text in terms for part in text.split(",")):
        key, separator, value = term.strip().partition("=")
        if not separator or not value:
            raise ValueError(f"--only takes key=value, not {term!r}; for example: --only agent=heuristic")
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, 1, 0.4)
            raise ValueError(
                f"--only does not know {key!r}; "
                + (f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(KEYS)}")
            )
        wanted.setdefault(key, set()).add(value)
    return Selection({key: frozenset(values) for key, values in wanted.items()})


def check(selection: Selection, agents: Iterable[str], cases: Iterable[str], tags: Iterable[str]) -> None:
    """Raise ValueError for a value that nothing has, with the nearest one that exists."""
    known = {"agent": set(agents), "project": set(cases), "tag": set(tags)}
    for key, values in sorted(selection.wanted.items()):
        for value in sorted(values - known[key]):
            close = difflib.get_close_matches(value, sorted(known[key]), 1, 0.4)
            hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(sorted(known[key]))}"
            raise ValueError(f"--only {key}={value}: no such {key}; {hint}")
