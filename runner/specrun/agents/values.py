"""What the placeholders of an agent's spec stand for."""

from __future__ import annotations

import sys
import sysconfig
from typing import TYPE_CHECKING

from specrun.spec.digest import digest
from specrun.spec.models import Agent, CommandAgent
from specrun.workspaces.base import as_seen

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec, Stage, Task
    from specrun.workspaces.base import Workspace


def install_folder(agent: AgentSpec) -> str:
    """The folder that `install` fills: the same for all trials of an agent, whatever model it talks to.

    What was installed for one Python or system is of no use to another.
    """
    model = agent.model
    content = {
        "version": model.version if isinstance(model, Agent) else "",
        "install": model.install if isinstance(model, CommandAgent) else None,
        "system": (sys.implementation.cache_tag, sysconfig.get_platform()),
    }
    return str(agent.cache / digest(content)[:32])


def placeholder_values(agent: AgentSpec, task: Task, workspace: Workspace, stage: Stage) -> dict[str, str]:
    """Every placeholder that stands for something in one stage in one workspace."""
    version = agent.model.version if isinstance(agent.model, Agent) else ""
    inside = as_seen(workspace)
    values = {
        "home": str(inside.home),
        "project": str(inside.project),
        "agent.id": agent.model.id,
        "agent.version": version,
        "agent.dir": install_folder(agent),
        "prompt.file": str(inside.home / f"prompt-{stage.id}.md"),
        "prompt.text": stage.prompt,
        "stage": stage.id,
        "answer.file": task.answer_file,
        "case.source": stage.source,
        "case.test": stage.test,
    }
    return {name: value for name, value in values.items() if value is not None}
