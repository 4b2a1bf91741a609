"""Trajectories in a report: what agents and models said to each other, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.escape import Markdown, markdown
from specrun.reports.fold import folded
from specrun.reports.table import Row, table
from specrun.reports.wording import count, number
from specrun.results.model import Results, Trial, Turn

MOST_TURNS = 100
"""Turns of one trial that a page shows."""
MOST_TRIALS = 30
"""Trials of one agent whose turns a page shows."""


def trajectories(results: Results) -> list[tuple[str, list[Markdown]]]:
    """Write the trials of each agent that talks to a model, each folded away."""
    talking = [agent.id for agent in results.agents if agent.model]
    groups = selection.by_agent(results)
    return [(agent, list(_parts(groups[agent]))) for agent in talking]


def _parts(trials: list[Trial]) -> Iterator[Markdown]:
    for trial in trials[:MOST_TRIALS]:
        yield Markdown(f"{markdown(trial.name)}:{_turns(trial)}")
    left = trials[MOST_TRIALS:]
    if left:
        yield Markdown(f"{count(len(left), 'more trial')}: see results.json.")


def _turns(trial: Trial) -> Markdown:
    """Write the turns of a trial below a line that counts them."""
    turns = trial.turns
    if not turns:
        return Markdown(" no turn.")
    conversations = len({turn.conversation for turn in turns})
    summary = count(len(turns), "turn")
    if conversations > 1:
        summary += f" in {conversations} conversations"
    body: str = _table(turns[:MOST_TURNS], several=conversations > 1)
    left = len(turns) - MOST_TURNS
    if left > 0:
        body += f"\n\n{count(left, 'more turn')}: see results.json."
    return Markdown(f"\n\n{folded(summary, Markdown(body))}")


def _table(turns: tuple[Turn, ...], *, several: bool) -> Markdown:
    titles = ["Turn", "Stage", *(["Conversation"] if several else []), "Says", "Calls", "Prompt", "Output"]
    rows = (_row(place, turn, several=several) for place, turn in enumerate(turns, 1))
    return table(titles, rows, right=(0, len(titles) - 2, len(titles) - 1))


def _row(place: int, turn: Turn, *, several: bool) -> Row:
    calls = Markdown("<br>".join(map(markdown, turn.calls)))
    tokens = (number(turn.input_tokens), number(turn.output_tokens))
    return [place, turn.stage, *([turn.conversation] if several else []), turn.says, calls, *tokens]
