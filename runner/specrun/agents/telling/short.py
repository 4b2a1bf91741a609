"""Trajectories as results show them: whoever wants more looks into the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.results.model import Turn

if TYPE_CHECKING:
    from specrun.agents.trajectory import ToolUse, Trajectory

_SAYS = 100
_ARGUMENTS = 80
_TOOL = 60
_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def shortened(trajectory: Trajectory) -> tuple[Turn, ...]:
    """The turns, every text of them on one line: 100 characters of words, 80 of each call's arguments."""
    return tuple(
        Turn(
            stage=turn.stage,
            conversation=turn.conversation,
            says=_line(turn.says, _SAYS),
            calls=tuple(_call(use) for use in turn.calls),
            input_tokens=turn.input_tokens,
            output_tokens=turn.output_tokens,
        )
        for turn in trajectory.turns
    )


def _call(use: ToolUse) -> str:
    return f"{_line(use.tool, _TOOL)}: {_line(_main_argument(use.arguments), _ARGUMENTS)}".rstrip(": ")


def _main_argument(arguments: str) -> str:
    """The first argument that is a text or a list of texts, as a command is; all of them if there is none."""
    try:
        given = _ANY.decode(arguments)
    except (msgspec.DecodeError, RecursionError):
        return arguments
    for value in given.values() if isinstance(given, dict) else ():
        words = value if isinstance(value, list) else [value]
        if words and all(isinstance(word, str) for word in words):
            return " ".join(words)
    return arguments


def _line(text: str, most: int) -> str:
    """Text on one line, cut where it is longer than so many characters."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 3]}..."
