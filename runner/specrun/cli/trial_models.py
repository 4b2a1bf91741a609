"""How one trial's talk with models is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.telling import DRIFT, shortened
from specrun.events.model import StepEvent
from specrun.events.read import read_events
from specrun.gateway.usage import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.agents.record import AgentRun
    from specrun.results.model import StageUsage, TokenClaim, Turn


def talk(run: AgentRun, folder: Path) -> Iterator[str]:
    """Tokens, turns, and what of a replay was not as recorded; nothing for an agent without a model."""
    if run.trajectory is None:
        return
    yield "\nmodels:"
    yield from (f"  {_tokens(row)}" for row in run.usage)
    if run.claim is not None:
        yield f"  the agent itself says: {_claimed(run.claim)}"
    yield "\nturns:"
    yield from (f"  {number} {_turn(turn)}" for number, turn in enumerate(shortened(run.trajectory), 1))
    if run.drifted:
        yield f"\n{run.drifted} replayed requests differ from the recorded ones:"
        yield from _drift(folder / "events.jsonl")


def _tokens(row: StageUsage) -> str:
    counts = [f"{row.requests or 0} answered"]
    others = ("failed", "unfinished", "refused", "retries")
    counts += [f"{getattr(row, name)} {name}" for name in others if getattr(row, name)]
    tokens = [
        f"{count} {name.removesuffix('_tokens').replace('_', ' ')}"
        for name in KINDS
        if (count := getattr(row, name)) is not None
    ]
    basis = " (estimated)" if row.estimated else ""
    return f"{row.stage} {row.model or '-'}: {', '.join(counts)}; {', '.join(tokens) or 'no'} tokens{basis}"


def _claimed(claim: TokenClaim) -> str:
    sides = {"input": claim.input_tokens, "output": claim.output_tokens}
    return ", ".join(f"{'-' if count is None else count} {name} tokens" for name, count in sides.items())


def _turn(turn: Turn) -> str:
    said = " | ".join(filter(None, (turn.says, *turn.calls)))
    return f"{turn.stage} [{turn.conversation}] {said}"


def _drift(events: Path) -> Iterator[str]:
    for event in read_events(events):
        if isinstance(event, StepEvent) and event.data.content:
            _, mark, lines = event.data.content.partition(DRIFT)
            if mark:
                yield f"  {event.data.name}:"
                yield from (f"    {line}" for line in lines.strip().splitlines())
