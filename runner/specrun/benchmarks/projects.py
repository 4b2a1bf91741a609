"""What all benchmarks on projects share: their cases and their agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from specrun.agents.base import AgentSpec
from specrun.benchmarks.base import Case, Roster, Surroundings
from specrun.graders.answer import Setup
from specrun.spec.content import resolved_digest
from specrun.spec.digest import digest
from specrun.spec.effective import effective_project
from specrun.spec.models import NopAgent, OracleAgent, Platform, Project, Spec
from specrun.spec.models.common import AgentUse
from specrun.spec.models.platform import Language
from specrun.spec.values import FileRef, FolderRef
from specrun.workspaces.sources import SourceError

if TYPE_CHECKING:
    from specrun.spec.library import Resolved
    from specrun.spec.models import Model, ProjectBenchmark

NOP = NopAgent(specrun=1, kind="agent", id="nop", title="Does nothing", type="nop")
ORACLE = OracleAgent(specrun=1, kind="agent", id="oracle", title="Knows the answer", type="oracle")


class ProjectCase(Case, frozen=True, kw_only=True):
    """One project with its platform's values under its own."""

    project: Project
    language: Language
    resolved: Resolved
    without: tuple[str, ...] = ()
    """Patterns of files of the source that nobody is given."""


def project_case(resolved: Resolved) -> ProjectCase:
    """The case of one project spec. Raises SpecError if project and platform do not fit together."""
    project = effective_project(resolved)
    platform = cast("Platform", resolved.parts["platform"][0].model)
    return ProjectCase(
        id=project.id,
        title=project.title,
        tags=project.tags,
        facets={"project": project.id, "platform": platform.id},
        project=project,
        language=platform.language,
        resolved=resolved,
    )


def right_commands(project: Project) -> Setup:
    """How the project is set up, tested and measured."""
    commands = project.commands
    return Setup(
        setup_script=commands.setup or "",
        test_command=commands.test or "",
        report=commands.report,
        coverage_command=commands.coverage or "",
        coverage_report=commands.coverage_report,
    )


def named_files(spec: Resolved) -> dict[str, bytes]:
    """The content of every file that a spec names, by the path it gives. Raises OSError if one is gone."""
    files: dict[str, bytes] = {}

    def encode(value: object) -> str:
        if isinstance(value, FileRef) and not isinstance(value, FolderRef):
            files[str(value)] = (spec.path.parent / value).read_bytes()
        return str(value)

    msgspec.to_builtins(spec.model, enc_hook=encode)
    return files


def project_roster(resolved: Resolved, surroundings: Surroundings) -> Roster:
    """The agents that the spec names, and a nop and an oracle for preflight where it names none."""
    cache, offline = surroundings.cache / "agents", surroundings.offline

    def agent(model: Spec, key: str) -> AgentSpec:
        return AgentSpec(model=model, folder=Path(), digest=key, cache=cache, files={}, offline=offline)

    agents: dict[str, AgentSpec] = {}
    only: dict[str, frozenset[str]] = {}
    uses = cast("ProjectBenchmark", resolved.model).agents
    for use, part in zip(uses, resolved.parts["agents"], strict=True):
        agents[part.model.id] = _agent_spec(part, agent(part.model, resolved_digest(part)))
        if isinstance(use, AgentUse) and use.projects:
            only[part.model.id] = frozenset(use.projects)
    listed = tuple(agents)
    for baseline in (NOP, ORACLE):
        if not any(type(each.model) is type(baseline) for each in agents.values()):
            name = baseline.id if baseline.id not in agents else f"{baseline.id}.preflight"
            agents[name] = agent(msgspec.structs.replace(baseline, id=name), digest(baseline))
    return Roster(listed=listed, agents=agents, only=only)


def _agent_spec(part: Resolved, agent: AgentSpec) -> AgentSpec:
    """An agent with the files that its spec names, and its model."""
    files = named_files(part)
    talks_to = next((cast("Model", each.model) for each in part.parts.get("model", ())), None)
    spec = msgspec.structs.replace(agent, folder=part.path.parent, files=files, talks_to=talks_to)
    if named_files(part) != files:
        raise SourceError(f"a file of the agent {part.model.id} changed while it was read: run again")
    return spec
