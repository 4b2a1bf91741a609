"""Whether an agent can run on this machine, and the programs of the machine that it needs for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.agents.install import is_installed
from specrun.spec.digest import digest
from specrun.spec.models import CommandAgent
from specrun.workspaces.toolchain.programs import MissingProgramError, Program, find_program

if TYPE_CHECKING:
    from specrun.agents.base import AgentSpec
    from specrun.workspaces.site import Site


def unavailable(agent: AgentSpec) -> str | None:
    """Why no trial of the agent can run here, in one line; None if they can.

    It runs the checks of what the agent needs, each of which may take up to 20 seconds the first time.
    """
    if not isinstance(agent.model, CommandAgent):
        return None
    reasons: list[str] = []
    for check in agent.model.needs:
        try:
            find_program(check)
        except MissingProgramError as error:
            reasons.append(str(error))
    install = agent.model.install
    if install is not None and install.network and agent.offline and not is_installed(agent):
        reasons.append(f"the agent {agent.model.id} is not installed: run `specrun fetch SPEC`")
    return "; ".join(reasons) or None


def needs_component(agent: AgentSpec) -> dict[str, str]:
    """What of a trial's key is the programs that the agent needs, if it needs any."""
    try:
        said = [program.said for program in needed_programs(agent)]
    except MissingProgramError:
        said = ["not here"]
    return {"needs": digest(said)} if said else {}


def needed_programs(agent: AgentSpec) -> tuple[Program, ...]:
    """The programs that an agent needs, as they were found. Raises MissingProgramError."""
    needs = agent.model.needs if isinstance(agent.model, CommandAgent) else ()
    return tuple(find_program(check) for check in needs)


def site_for(agent: AgentSpec, site: Site) -> Site:
    """The site in whose workspaces the agent finds what it needs, beside what the project does.

    Programs outside of the system's own folders are shown inside and are on PATH, as a platform's are.
    Raises MissingProgramError.
    """
    programs = (*site.tools.programs, *needed_programs(agent))
    return msgspec.structs.replace(site, tools=msgspec.structs.replace(site.tools, programs=programs))
