"""The sections of a context report."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.escape import Markdown
from specrun.reports.kinds.base import Section
from specrun.reports.kinds.context.ablation import Ablation, ablation
from specrun.reports.kinds.context.cheapest import cheapest_table
from specrun.reports.kinds.context.fixtures import fixture_parts
from specrun.reports.kinds.context.segments import segment_table
from specrun.reports.kinds.context.tables import summary_table
from specrun.reports.kinds.context.words import ESTIMATES
from specrun.reports.table import table
from specrun.results.model import Results

HOW_TO_READ = """\
- A policy in an arm is compared with the same policy in the baseline of the same fixture. \
**WON**: right here and not there. **LOST**: right there and not here. \
`1 of 2`: in one of the two fixtures where that could be.
- In all: question, context, calls, pages, and the definitions of the tools wherever there are tools.
- Context and recovery: without the question and without the definitions of the tools. \
It flatters every arm that has tools, and is here to be compared with figures of others.
- Pass rates further below pool all arms, so they tell nothing of any of them.
- What a wrong answer saves is no saving. `(1/2)`: over one of two fixtures.
- Of the baseline's: the median of the fixtures, then the lowest and the highest. Tokens are sums."""

SEGMENTS = """\
A segment is decisive if the answer turns when it alone is dropped, or kept, instead (shadow replay). \
It cures a wrong answer if that makes it right."""

CHEAPEST = "Only where all evidence was seen that the fixture declares: a lucky guess does not win."

CLAIMS = "Others state these figures. specrun did not measure them, and no result here uses them."


def sections(results: Results) -> Iterator[Section]:
    """Give the sections, those first that say most."""
    arms = ablation(results)
    yield _section("Arms", ESTIMATES, summary_table(arms), HOW_TO_READ)
    yield _section("The right answer with the fewest tokens", CHEAPEST, cheapest_table(arms))
    yield _section("Fixtures", ESTIMATES, *fixture_parts(arms))
    segments = segment_table(arms)
    if segments is not None:
        yield _section("Segments", SEGMENTS, segments)
    if any(fixture.claims for fixture in arms.fixtures):
        yield _section("Claims of others", CLAIMS, _claims(arms))


def _section(heading: str, *parts: str) -> Section:
    return Section(heading=heading, body=Markdown("\n\n".join(parts)))


def _claims(arms: Ablation) -> Markdown:
    rows = (
        [fixture.name, claim.name, f"{claim.value:,}", claim.source]
        for fixture in arms.fixtures
        for claim in fixture.claims
    )
    return table(["Fixture", "Claim", "Claimed value", "Who says so"], rows, right=[2])
