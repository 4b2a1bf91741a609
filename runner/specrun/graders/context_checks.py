"""`context-checks`: do the fixture's own checks hold in this arm, for this policy?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.checks import applies
from specrun.context.figures import figures
from specrun.context.trace import missing
from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.evidence import listed
from specrun.graders.in_context import InContext
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.context.trace import Trace
    from specrun.results.model import Score
    from specrun.spec.models.context_fixture import Check

NAME = "context-checks"


async def grade(graded: InContext, options: NoOptions) -> Score:
    """Make every check that applies, and say of each that does not hold what was found."""
    del options
    checks = [check for check in graded.fixture.checks if applies(check, graded.arm, graded.policy)]
    if not checks:
        return score(NAME, "not_applicable", "no check applies")
    wrong = [f"{check.id}: {found}" for check in checks if (found := _wrong(check, graded.trace)) is not None]
    return score(
        NAME,
        "failed" if wrong else "passed",
        *wrong,
        figures={"held": len(checks) - len(wrong), "made": len(checks)},
    )


def _wrong(check: Check, trace: Trace) -> str | None:
    """What is not as a check says; None if it holds."""
    if check.has is not None or check.lacks is not None:
        state = "does not stand" if check.has is not None else "stands"
        return (
            f"{check.has or check.lacks!r} {state} in the prompt" if check.id in trace.failed_checks else None
        )
    if check.fetched is not None:
        left = [
            f"{name} line {line}"
            for name, lines in sorted(check.fetched.items())
            for line in missing(lines, trace.fetched(name))
        ]
        return f"not fetched: {listed(left)}" if left else None
    if check.skips is not None:
        return _wrong_skips(check.skips, trace.skips)
    return _wrong_figure(check, trace)


def _wrong_skips(allowed: tuple[str, ...], skips: tuple[str, ...]) -> str | None:
    if not skips:
        return "no compaction was skipped"
    others = sorted(set(skips) - set(allowed))
    return f"compactions were skipped for {', '.join(others)}" if others else None


def _wrong_figure(check: Check, trace: Trace) -> str | None:
    assert check.figure is not None
    value = figures(trace)[check.figure]
    for name, bound, holds in (
        ("at most", check.max, check.max is None or value <= check.max),
        ("at least", check.min, check.min is None or value >= check.min),
        ("", check.equals, check.equals is None or value == check.equals),
    ):
        if not holds:
            return f"{check.figure} is {value}, not {name} {bound}".replace("  ", " ")
    return None


GRADER = Grader(
    name=NAME,
    title="The fixture's own checks hold",
    version=1,
    grade=grade,
    subject=InContext,
    figures=(
        Figure(
            name="held",
            title="checks that hold",
            unit="checks",
            direction="higher",
            combine="sum",
            out_of="made",
        ),
        Figure(name="made", title="checks made", unit="checks", direction="none", combine="sum"),
    ),
)
