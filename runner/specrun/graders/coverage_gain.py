"""`coverage-gain`: which source lines are hit now that were missed before?

Coverage is measured by code that runs in the same process as the tests, which can tell it anything. So one of
the functions that are said to be covered now is made to end before its first statement: a report that still
claims its lines was not measured. And all of them get a statement that means nothing: a report that claims
less of them then knew the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.graders.base import Grader, NoOptions, score
from specrun.graders.gained import Gained, gained
from specrun.graders.reachable import made_up
from specrun.graders.written import Written
from specrun.measure.bodies import function_bodies
from specrun.results.model import Figure

if TYPE_CHECKING:
    from specrun.results.model import Number, Score

NAME = "coverage-gain"


async def grade(graded: Written, options: NoOptions) -> Score:
    """Pass if lines were gained that importing alone does not run, and none was lost anywhere."""
    del options
    found = await gained(graded)
    if found is None:
        replay = await graded.measure()
        return score(
            NAME,
            "failed",
            replay.coverage_problem or "there is no coverage report",
            figures={"gain": 0, "missed": None, "import_gain": 0},
        )
    figures = await _figures(graded, found)
    lie = await made_up(graded)
    if lie is not None:
        return score(
            NAME, "failed", lie, figures={**figures, "gain": 0, "import_gain": 0, "branch_gain": None}
        )
    evidence = [
        f"{file.path}: {len(file.gained)} of {file.missed} missed lines gained"
        for file in found.gain.files
        if file.gained
    ]
    if found.lost:
        evidence.insert(0, f"lines that ran before and do not run now: {found.lost}")
    gain, imported = found.gain.gain, figures["import_gain"]
    if gain == 0:
        evidence.insert(0, "no line was gained")
    elif gain == imported:
        evidence.insert(0, "importing alone runs every line that was gained")
    enough = gain != 0 and gain != imported and not found.lost
    return score(NAME, "passed" if enough else "failed", *evidence, figures=figures)


async def _figures(graded: Written, found: Gained) -> dict[str, Number]:
    gain = found.gain
    return {
        "gain": gain.gain,
        "missed": gain.missed,
        "lost": found.lost,
        "import_gain": await _import_gain(graded, found.lines),
        "branch_gain": gain.branch_gain,
        "branches_missed": gain.branches_missed,
        "own_lines": gain.own_lines,
        "own_lines_hit": gain.own_lines_hit,
    }


async def _import_gain(graded: Written, lines: dict[str, frozenset[int]]) -> int:
    """How many of the gained lines stand outside of all functions, where importing runs them."""
    texts = (await graded.collect()).texts
    outside = 0
    for path, gained_lines in lines.items():
        text = (texts.after(path) or b"").decode("utf-8", "replace")
        inside = {
            line
            for body in function_bodies(text, graded.language)
            for line in range(body.start, body.end + 1)
        }
        outside += len(gained_lines - inside)
    return outside


def _figure(
    name: str, title: str, *, out_of: str | None = None, unit: str = "lines", good: bool = False
) -> Figure:
    return Figure(
        name=name,
        title=title,
        unit=unit,
        direction="higher" if good else "none",
        combine="sum",
        out_of=out_of,
        headline=name == "gain",
    )


GRADER = Grader(
    name=NAME,
    title="Source lines are covered that were not, not by importing alone, and none is lost",
    version=3,
    grade=grade,
    subject=Written,
    figures=(
        _figure("gain", "lines gained", out_of="missed", good=True),
        _figure("missed", "lines missed before"),
        _figure("lost", "lines lost, in all files"),
        _figure("import_gain", "gained lines that importing runs"),
        _figure("branch_gain", "branches gained", out_of="branches_missed", unit="branches", good=True),
        _figure("branches_missed", "branches missed before", unit="branches"),
        _figure("own_lines", "executable lines added"),
        _figure("own_lines_hit", "added lines that run", out_of="own_lines", good=True),
    ),
)
