"""What a gained line takes: shares of two figures, derived for reports only."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from specrun.reports import selection
from specrun.reports.escape import Markdown
from specrun.reports.kinds.test_writing.measures import (
    COST,
    GAIN,
    SIZE,
    TOKENS,
    USAGE,
    Measure,
    changed,
    total,
)
from specrun.reports.kinds.test_writing.words import over, things
from specrun.reports.table import table
from specrun.reports.wording import NOT_MEASURED, number
from specrun.results.model import Results, Trial


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a gain is set against, `per` so many of them. `figure` is the one that it needs."""

    title: str
    measure: Measure
    per: int
    unit: str
    figure: tuple[str, str]


PRICES = (
    Price(title="100 changed lines", measure=changed, per=100, unit="changed line", figure=(SIZE, "added")),
    Price(title="1,000 tokens", measure=TOKENS, per=1000, unit="token", figure=(USAGE, "tokens")),
    Price(title="dollar", measure=COST, per=1, unit="dollar", figure=(USAGE, "cost")),
)


def price_table(results: Results) -> Markdown:
    """Write what each agent gains for what it takes; without what no grader of the run could measure."""
    known = {(grader, figure.name) for grader, figure in selection.figures(results)}
    prices = [price for price in PRICES if price.figure in known]
    titles = ["Agent", *(f"Lines gained per {price.title} ↑" for price in prices)]
    rows = (
        [agent, *(_entry(selection.counted(trials), price) for price in prices)]
        for agent, trials in selection.by_agent(results).items()
    )
    return table(titles, rows, right=range(1, len(titles)))


def _entry(trials: Sequence[Trial], price: Price) -> str:
    """Write the share and what it is made of: `12.5 (40 lines for 320 changed lines)`."""
    found = total(trials, GAIN, price.measure)
    if found is None:
        return NOT_MEASURED
    gain, taken = found.sums
    share = number(gain / taken * price.per) if taken else NOT_MEASURED
    made_of = f"({things(gain, 'line')} for {things(taken, price.unit)})"
    return f"{share} {made_of}{over(found.trials, trials)}"
