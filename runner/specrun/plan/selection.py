"""Which trials of a benchmark to run: `--only agent=heuristic,project=ledger,tag=small`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.spec.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    Traits = Mapping[str, Collection[str]]
    """What can be selected by: `agent`, `case`, `tag` and whatever the kind of benchmark adds, to values."""


class Selection(msgspec.Struct, frozen=True):
    """Values by key. A trial is selected if it has one of the values of every key that is given."""

    wanted: dict[str, frozenset[str]] = {}

    def takes(self, traits: Traits) -> bool:
        """Whether a trial with these traits is selected."""
        return all(not values.isdisjoint(traits.get(key, ())) for key, values in self.wanted.items())


def parse(terms: Iterable[str]) -> Selection:
    """Read `key=value` terms, each possibly several with commas. Raises ValueError with one clear line."""
    wanted: dict[str, set[str]] = {}
    for term in (part for text in terms for part in text.split(",")):
        key, separator, value = term.strip().partition("=")
        if not separator or not value:
            raise ValueError(f"--only takes key=value, not {term!r}; for example: --only agent=heuristic")
        wanted.setdefault(key, set()).add(value)
    return Selection({key: frozenset(values) for key, values in wanted.items()})


def check(selection: Selection, known: Traits) -> None:
    """Raise ValueError for a key that trials do not have, or a value that none has, with the nearest one."""
    for key, values in sorted(selection.wanted.items()):
        if key not in known:
            hint = did_you_mean(key, known) or f"; it takes {', '.join(sorted(known))}"
            raise ValueError(f"--only does not know {key!r}{hint}")
        for value in sorted(values - set(known[key])):
            hint = did_you_mean(value, known[key]) or f"; there are: {', '.join(sorted(known[key]))}"
            raise ValueError(f"--only {key}={value}: no such {key}{hint}")
