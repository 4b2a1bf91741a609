"""Whether the fixtures' own checks hold."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.kinds.context.ablation import Ablation, Fixture
from specrun.reports.kinds.context.cell import CHECKS
from specrun.reports.wording import count, listing
from specrun.results.model import Score, Trial


def checks(ablation: Ablation) -> Iterator[Finding]:
    """Name the fixtures of which a check does not hold, with the evidence; say so if all hold."""
    judged = {fixture.name: list(_judged(fixture)) for fixture in ablation.fixtures}
    every = [trial for group in judged.values() for trial, _ in group]
    made = sum(_figure(score, "made") for group in judged.values() for _, score in group)
    held = sum(_figure(score, "held") for group in judged.values() for _, score in group)
    if made:
        yield found(
            "checks",
            every,
            f"{held:,} of {count(made, 'check')} that the fixtures make of"
            f" {count(len(every), 'trial')} hold.",
        )
    for name, group in judged.items():
        failed = [(trial, score) for trial, score in group if score.status == "failed"]
        if failed:
            yield found(
                "checks", (trial for trial, _ in failed), f"Checks of {name} do not hold: {_why(failed)}."
            )


def _judged(fixture: Fixture) -> Iterator[tuple[Trial, Score]]:
    for arm in fixture.arms:
        for cell in arm.cells.values():
            for trial in selection.counted(cell.trials):
                score = trial.score(CHECKS)
                if score is not None and score.status in ("passed", "failed"):
                    yield trial, score


def _figure(score: Score, name: str) -> int:
    return int(score.figures.get(name) or 0)


def _why(failed: list[tuple[Trial, Score]]) -> str:
    """List the evidence, each sentence once, with where it was found first and how often."""
    places: dict[str, list[str]] = {}
    for trial, score in failed:
        for text in score.evidence or ("no reason is given",):
            places.setdefault(text.rstrip(". "), []).append(trial.name)
    return listing([f"{text} ({_where(names)})" for text, names in places.items()])


def _where(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {count(len(names) - 1, 'trial')} more"
