"""Agent types by name: the values of `type` in an agent's spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.command import Program
from specrun.agents.nop import Nop
from specrun.agents.oracle import Oracle
from specrun.agents.script import Script

if TYPE_CHECKING:
    from specrun.agents.base import AgentType

AGENT_TYPES: dict[str, AgentType] = {
    "command": Program(),
    "script": Script(),
    "oracle": Oracle(),
    "nop": Nop(),
}
