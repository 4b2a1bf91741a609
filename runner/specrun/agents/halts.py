"""Why an agent's model answers nothing any more, where that is not the agent's fault. None is tried again."""

from __future__ import annotations


class MissError(Exception):
    """A replay asked for what was not recorded. The first line says that; others, what is there instead."""


class RunBudgetError(Exception):
    """What the whole run may use is spent. The message is one line."""
