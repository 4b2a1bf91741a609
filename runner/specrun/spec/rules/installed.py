"""Only an agent that is installed has a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec.leaves import walk
from specrun.spec.models import CommandAgent
from specrun.spec.placeholders import names
from specrun.spec.values import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken


def agent_folder_without_install(data: dict[str, Any]) -> Iterator[Broken]:
    """`${agent.dir}` of an agent without `install`: the folder would not be there."""
    if data.get("install") is not None:
        return
    for path, kind, text in walk(CommandAgent, data):
        if issubclass(kind, Template) and "agent.dir" in text and "agent.dir" in names(text):
            yield path, "'${agent.dir}' is the folder that 'install' fills, and this agent has no 'install'"
