"""What this machine can do for a benchmark."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Literal

import msgspec

from specrun.agents.availability import unavailable
from specrun.benchmarks.base import Surroundings
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.spec.models import CommandAgent
from specrun.workspaces import sandbox
from specrun.workspaces.cache import cache_dir

if TYPE_CHECKING:
    from specrun.spec.library import Resolved

PROGRAMS = {
    "git": (("git", "--version"), True, "delivers projects and collects patches"),
    "bash": (("bash", "--version"), True, "runs the scripts of specs and answers"),
    "node": (("node", "--version"), False, "the platform node-test, and agents that are written for it"),
    "gcc": (("gcc", "--version"), False, "the platform c-make"),
    "gcov": (("gcov", "--version"), False, "coverage of the platform c-make"),
    "docker": (
        ("docker", "version", "--format", "engine {{.Server.Version}}"),
        False,
        "workspaces in containers, which are not part of this version",
    ),
}
"""Program: the command that shows its version, whether every benchmark needs it, and what for."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is here, or enforced, or not."""

    name: str
    state: Literal["here", "missing", "enforced", "not enforced"]
    detail: str
    needed: bool = False


def examine() -> list[Finding]:
    """Look at the tools and try each feature of the sandbox."""
    python = Finding(
        name="python", state="here", detail=f"{platform.python_version()} at {sys.executable}", needed=True
    )
    programs = [_program(name, *about) for name, about in PROGRAMS.items()]
    features = [
        Finding(name=f"sandbox: {feature.name}", state=feature.state, detail=feature.reason)
        for feature in sandbox.describe()
    ]
    cache = Finding(name="cache", state="here", detail=str(cache_dir()))
    return [python, *programs, cache, *features]


def examine_agents(resolved: Resolved) -> list[Finding]:
    """Look whether the agents of a benchmark that are programs could run here now, without the network."""
    surroundings = Surroundings(cache=cache_dir(), offline=True)
    roster = BENCHMARK_KINDS[resolved.model.kind].roster(resolved, surroundings)
    findings = []
    for name in roster.listed:
        agent = roster.agents[name]
        if isinstance(agent.model, CommandAgent):
            reason = unavailable(agent)
            detail = reason or f"version {agent.model.version}"
            findings.append(
                Finding(name=f"agent: {name}", state="missing" if reason else "here", detail=detail)
            )
    return findings


def _program(name: str, argv: tuple[str, ...], needed: bool, purpose: str) -> Finding:
    if shutil.which(name) is None:
        return Finding(name=name, state="missing", detail=f"needed for: {purpose}", needed=needed)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        words = " ".join(argv)
        return Finding(name=name, state="missing", detail=f"installed, but `{words}` fails", needed=needed)
    return Finding(name=name, state="here", detail=done.stdout.strip().splitlines()[0], needed=needed)
