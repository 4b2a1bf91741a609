"""`context-evidence`: has the policy seen the lines that it takes to know the answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.trace import missing
from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.evidence import listed
from specrun.graders.in_context import InContext
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.context.trace import Ranges
    from specrun.results.model import Score

NAME = "context-evidence"


async def grade(graded: InContext, options: NoOptions) -> Score:
    """Look for the declared lines among those that stood in the prompt or were fetched."""
    del options
    trace, wanted = graded.trace, graded.fixture.expect.evidence
    if not wanted:
        return score(NAME, "not_applicable", "no evidence is declared")
    places = [(artifact, line) for artifact, lines in sorted(wanted.items()) for line in sorted(set(lines))]
    unseen = _left(wanted, {name: trace.seen(name) for name in wanted})
    unfetched = _left(wanted, {name: trace.fetched(name) for name in wanted})
    return score(
        NAME,
        "failed" if unseen else "passed",
        *([f"not seen: {listed(unseen)}"] if unseen else []),
        figures={
            "seen": len(places) - len(unseen),
            "fetched": len(places) - len(unfetched),
            "wanted": len(places),
        },
    )


def _left(wanted: dict[str, tuple[int, ...]], found: dict[str, Ranges]) -> list[str]:
    return [
        f"{name} line {line}"
        for name in sorted(wanted)
        for line in missing(sorted(set(wanted[name])), found[name])
    ]


GRADER = Grader(
    name=NAME,
    title="The lines that it takes were seen",
    version=1,
    grade=grade,
    subject=InContext,
    figures=(
        Figure(
            name="seen",
            title="evidence seen",
            unit="lines",
            direction="higher",
            combine="sum",
            out_of="wanted",
            headline=True,
        ),
        Figure(
            name="fetched",
            title="evidence fetched by calls",
            unit="lines",
            direction="none",
            combine="sum",
            out_of="wanted",
        ),
        Figure(name="wanted", title="evidence there is", unit="lines", direction="none", combine="sum"),
    ),
)
