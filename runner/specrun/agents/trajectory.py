"""What an agent and its models said to each other, read off the wire: the same for every agent."""

from __future__ import annotations

import msgspec


class ToolUse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tool that the model called, and what came back of it."""

    tool: str
    arguments: str
    """As the model wrote them, normalised."""
    result: str | None = None
    """Normalised. None: the agent has not told the model."""


class Turn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer of a model, with what was new to it when it answered. All texts are in normal form."""

    stage: str
    conversation: int
    """From 1, in the order in which they began: an agent may hold several at once."""
    model: str
    heard: tuple[str, ...] = ()
    """What the user said since the model's last turn; of the first turn, all that was said before it. Of very
    many texts, the last ones."""
    says: str = ""
    calls: tuple[ToolUse, ...] = ()
    input_tokens: int | None = None
    """The whole prompt, cached or not. None: the provider gave no usage."""
    output_tokens: int | None = None


class Trajectory(msgspec.Struct, frozen=True, kw_only=True):
    """The answered turns of one trial, in the order in which they were answered when they were recorded."""

    turns: tuple[Turn, ...] = ()
