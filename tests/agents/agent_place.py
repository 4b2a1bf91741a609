"""An agent and a place for it, without a benchmark around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from specrun.agents.base import AgentSpec, KnownAnswer, Stage, Task
from specrun.spec.models import CommandAgent
from specrun.spec.models.common import StepLimits, Tools
from specrun.spec.models.project import Source
from specrun.spec.values import Duration
from specrun.workspaces.site import Site
from specrun.workspaces.sources import locate
from specrun.workspaces.toolchain import Provision, provide

TASK = Task(
    case="case",
    stages=(Stage("work", "Work."),),
    limits=StepLimits(wall=Duration("5m")),
    network=False,
    ignore=(),
    known_answer=KnownAnswer(),
)


def agent_spec(cache: Path, *, offline: bool = False, **keys: Any) -> AgentSpec:
    """A command agent with these keys; what is kept of it is in the cache."""
    data = {"specrun": 1, "kind": "agent", "id": "tool", "type": "command", "run": {"command": ["true"]}}
    model = msgspec.convert({**data, **keys}, CommandAgent, dec_hook=lambda kind, value: kind(value))
    return AgentSpec(
        model=model, folder=Path(), digest="0" * 64, cache=cache / "agents", files={}, offline=offline
    )


def make_site(folder: Path, cache: Path, *python: str) -> Site:
    """The place of a project with one file, with these Python distributions."""
    project = folder / "project"
    project.mkdir(parents=True)
    (project / "readme").write_text("A project.\n")
    tree = locate(Source(path=str(project)), folder, folder, cache)
    tools = provide(Tools(python=python), cache)
    assert tree is not None
    assert isinstance(tools, Provision)
    return Site(tree=tree, tools=tools, env={}, cache=cache, hidden=())
