"""A fixture in a report: its arms beside the baseline, every figure, and what the policies said."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports.escape import Markdown, cut, markdown, plain
from specrun.reports.fold import folded
from specrun.reports.kinds.context.ablation import Ablation, Fixture
from specrun.reports.kinds.context.cell import ANSWER, EVIDENCE, Cell
from specrun.reports.kinds.context.tables import fixture_table
from specrun.reports.kinds.context.words import verdict
from specrun.reports.table import Row, table
from specrun.reports.wording import NOT_MEASURED, count, listing, number

UNFOLDED = 4
"""Up to how many fixtures have their table of arms unfolded."""
SAID_LENGTH = 160

COLUMNS = {
    "inline_characters_before": "Inline chars before",
    "inline_characters_after": "Inline chars after",
    "inline_tokens_before": "Tokens before (est.)",
    "inline_tokens_after": "Tokens after (est.)",
    "inline_tokens_saved": "Tokens saved (est.)",
    "artifact_bytes": "Artifact bytes",
    "artifact_lines": "Artifact lines",
    "reads": "Reads",
    "greps": "Greps",
    "tails": "Tails",
    "pages": "Pages",
    "recovery_tokens": "Recovery tokens (est.)",
    "schema_tokens": "Schema tokens (est.)",
    "total_tokens": "Total tokens (est.)",
}


def fixture_parts(ablation: Ablation) -> Iterator[str]:
    """Write each fixture, under a heading of its own."""
    for fixture in ablation.fixtures:
        arms = fixture_table(ablation, fixture)
        cells = [found for arm in fixture.arms for found in arm.cells.values()]
        yield f"### {markdown(fixture.name)}"
        if fixture.title:
            yield markdown(fixture.title)
        unfolded = len(ablation.fixtures) <= UNFOLDED
        yield arms if unfolded else folded(f"{count(len(fixture.arms), 'arm')}, compared", arms)
        yield folded("Figures of every arm and policy", _figures(fixture))
        yield folded("What the policies said, and what they saw", _said(fixture, cells))


def _figures(fixture: Fixture) -> Markdown:
    titles = ["Fixture", "Arm", "Policy", "Correct", *COLUMNS.values()]
    rows = (
        [fixture.name, arm.name, policy, verdict(found), *(number(found.cost(name)) for name in COLUMNS)]
        for arm in fixture.arms
        for policy, found in arm.cells.items()
    )
    return table(titles, rows, right=range(4, len(titles)))


def _said(fixture: Fixture, cells: list[Cell]) -> Markdown:
    """Write what was said and seen; arms in which a policy said and saw the same are named together."""
    names = {arm.case.id: arm.name for arm in fixture.arms}
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for policy in dict.fromkeys(found.policy for found in cells):
        for found in cells:
            if found.policy == policy:
                groups.setdefault((policy, _told(found)), []).append(names[found.case.id])
    titles = ["Policy", "Correct", "It says", "Evidence seen", "Evidence fetched", "Not seen", "In the arms"]
    rows: Iterator[Row] = ([policy, *told, listing(arms)] for (policy, told), arms in groups.items())
    return table(titles, rows)


def _told(found: Cell) -> tuple[str, ...]:
    wanted = found.evidence("wanted")
    return (
        verdict(found),
        _sentences(found, ANSWER, "it says "),
        *(
            NOT_MEASURED if wanted is None else f"{number(found.evidence(name))} of {number(wanted)}"
            for name in ("seen", "fetched")
        ),
        _sentences(found, EVIDENCE, "not seen: "),
    )


def _sentences(found: Cell, grader: str, start: str) -> str:
    """Return what a grader said of the trials, each sentence once, without the words that all start with."""
    scores = [score for trial in found.counted if (score := trial.score(grader)) is not None]
    sentences = (text for score in scores if score.status != "not_applicable" for text in score.evidence)
    said = dict.fromkeys(text.removeprefix(start) for text in sentences)
    return cut(plain("; ".join(said)), SAID_LENGTH) or NOT_MEASURED
