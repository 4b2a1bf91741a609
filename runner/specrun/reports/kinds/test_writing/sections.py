"""The sections of a test-writing report."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.escape import Markdown
from specrun.reports.kinds.base import Section
from specrun.reports.kinds.test_writing.cases import case_parts
from specrun.reports.kinds.test_writing.prices import price_table
from specrun.reports.kinds.test_writing.worth import worth_table
from specrun.results.model import Results

HOW_TO_READ = """\
- Lines gained: executable lines of the source as it was, missed before and run after. Changed lines and \
tests are none of them. Lines that importing alone runs say nothing of a test.
- Mutants are small changes of the lines that were gained. One is killed if a test that was added fails \
because of it. Where no line is gained there is nothing to change, and none is tried.
- Copies: test lines that stand elsewhere in the tests already.
- `(2/3)`: measured on 2 of 3 trials that count. Shares are over the trials that measured both parts."""

HOW_PRICED = "Each share with what it is made of. `-` where that is 0 or was not measured."

HOW_COUNTED = "Over the repetitions that count. Mutants are of each agent's own gained lines."


def sections(results: Results) -> Iterator[Section]:
    """Give the sections, those first that say most."""
    yield _section("What the tests are worth", worth_table(results), HOW_TO_READ)
    yield _section("What a gained line takes", HOW_PRICED, price_table(results))
    yield _section("By case", HOW_COUNTED, *case_parts(results))


def _section(heading: str, *parts: str) -> Section:
    return Section(heading=heading, body=Markdown("\n\n".join(parts)))
