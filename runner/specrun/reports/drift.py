"""What agents say that they have used, beside what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from specrun.reports import selection
from specrun.reports.escape import Markdown
from specrun.reports.table import Row, table
from specrun.reports.wording import NOT_MEASURED, number, percent
from specrun.results.model import Results, Trial
from specrun.results.usage import measured, output_tokens, prompt_tokens


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """A claim and what was counted, over the trials that have both."""

    kind: str
    """`input` or `output`."""
    claimed: int
    counted: int
    trials: tuple[Trial, ...]

    @property
    def difference(self) -> int:
        """How much more is claimed."""
        return self.claimed - self.counted

    @property
    def share(self) -> float | None:
        """The difference out of what was counted; None where nothing was."""
        return self.difference / self.counted if self.counted else None


def drifts(trials: Iterable[Trial]) -> list[Drift]:
    """Compare claims about input and about output, each over the trials that make one and were measured."""
    trials = list(trials)
    found = []
    for kind, count in (("input", prompt_tokens), ("output", output_tokens)):
        compared = [
            (trial, claim, ours)
            for trial in trials
            for claim in [getattr(trial.claim, f"{kind}_tokens", None)]
            for ours in [measured(trial.usage, count)]
            if claim is not None and ours is not None
        ]
        if compared:
            found.append(
                Drift(
                    kind=kind,
                    claimed=sum(claim for _, claim, _ in compared),
                    counted=sum(ours for _, _, ours in compared),
                    trials=tuple(trial for trial, _, _ in compared),
                )
            )
    return found


def drift_table(results: Results) -> Markdown:
    """Write one row for each agent that talks to a model and each kind of tokens."""
    titles = [
        "Agent",
        "Tokens",
        "Trials",
        "Claimed",
        "Counted",
        "Difference",
        "Difference (%)",
        "Trials that agree",
    ]
    talking = {agent.id for agent in results.agents if agent.model}

    def rows() -> Iterator[Row]:
        for agent, trials in selection.by_agent(results).items():
            if agent in talking:
                found = {drift.kind: drift for drift in drifts(trials)}
                yield from (_row(agent, kind, found.get(kind), len(trials)) for kind in ("input", "output"))

    return table(titles, rows(), right=range(2, len(titles)))


def _row(agent: str, kind: str, drift: Drift | None, trials: int) -> Row:
    if drift is None:
        return [agent, kind, f"0/{trials}", *[NOT_MEASURED] * 5]
    agree = sum(one.difference == 0 for trial in drift.trials for one in drifts([trial]) if one.kind == kind)
    return [
        agent,
        kind,
        f"{len(drift.trials)}/{trials}",
        number(drift.claimed),
        number(drift.counted),
        signed(drift.difference, number(abs(drift.difference))),
        NOT_MEASURED if drift.share is None else signed(drift.share, percent(abs(drift.share))),
        f"{agree}/{len(drift.trials)}",
    ]


def signed(value: float, text: str) -> str:
    """Put the sign of a value before its amount."""
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{text}"
