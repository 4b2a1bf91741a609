"""Agents that cannot run on this machine say why; those that can find the programs that they need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from agent_place import TASK, agent_spec, make_site

from specrun.agents.availability import needed_programs, site_for, unavailable
from specrun.agents.base import AgentSpec
from specrun.agents.install import ensure_installed
from specrun.spec.models import NopAgent
from specrun.workspaces.base import Command, Step
from specrun.workspaces.site import Site

INSTALL = {"script": 'echo > "${agent.dir}/tool"', "network": True}
NOT_INSTALLED = "the agent tool is not installed: run `specrun fetch SPEC`"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Put a shell script of this name on PATH, with what it needs beside it: not among the system's."""
    folder = tmp_path / "installed" / "bin"
    folder.mkdir(parents=True)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("SPECRUN_TMP", str(tmp_path / "base"))
    (folder.parent / "data").write_text("what it needs\n")

    def write(name: str, script: str) -> Path:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        return folder / name

    return write


def test_what_an_agent_needs_must_be_here(tmp_path: Path, program) -> None:
    program("turbine", "echo v2.5")
    needs = [
        {"run": ["turbine", "--version"], "matches": "^v3"},
        {"run": ["no-such-turbine"]},
        {"run": ["turbine"], "matches": "^v2"},
    ]
    assert unavailable(agent_spec(tmp_path, needs=needs[2:])) is None
    assert unavailable(agent_spec(tmp_path, needs=needs)) == (
        "needs turbine: `turbine --version` gave v2.5, wanted ^v3; "
        "needs no-such-turbine: there is no such program on this machine"
    )


def test_where_nothing_may_leave_the_machine_the_agent_must_be_installed(tmp_path: Path) -> None:
    assert unavailable(agent_spec(tmp_path, install=INSTALL)) is None
    assert unavailable(agent_spec(tmp_path, install=INSTALL, offline=True)) == NOT_INSTALLED
    at_hand = {**INSTALL, "network": False}
    assert unavailable(agent_spec(tmp_path, install=at_hand, offline=True)) is None
    needs = [{"run": ["no-such-turbine"]}]
    both = unavailable(agent_spec(tmp_path, install=INSTALL, offline=True, needs=needs))
    assert both == f"needs no-such-turbine: there is no such program on this machine; {NOT_INSTALLED}"


@pytest.mark.parametrize(("script", "reason"), [("", None), ("\nfalse", NOT_INSTALLED)])
def test_only_a_whole_installation_counts(tmp_path: Path, script: str, reason: str | None) -> None:
    agent = agent_spec(tmp_path, install={**INSTALL, "script": INSTALL["script"] + script})

    async def install() -> Step | None:
        async with make_site(tmp_path, tmp_path / "cache").open("install", {}) as workspace:
            return await ensure_installed(agent, TASK, workspace)

    failed = asyncio.run(install())
    assert (failed is None) == (reason is None)
    offline = agent_spec(tmp_path, install={**INSTALL, "script": INSTALL["script"] + script}, offline=True)
    assert unavailable(offline) == reason


def test_an_agent_that_is_no_program_needs_nothing(tmp_path: Path) -> None:
    nop = NopAgent(specrun=1, kind="agent", id="nop", type="nop")
    agent = AgentSpec(model=nop, folder=Path(), digest="0", cache=tmp_path, files={}, offline=True)
    assert unavailable(agent) is None
    assert needed_programs(agent) == ()


def run_in(site: Site, *argv: str) -> Step:
    async def run() -> Step:
        async with site.open("work", {}) as workspace:
            return await workspace.run(Command(name="work", argv=argv, limits=TASK.limits))

    return asyncio.run(run())


def test_a_program_of_the_user_is_on_path_inside_with_what_lies_beside_it(tmp_path: Path, program) -> None:
    path = program("turbine", 'cat "$(dirname "$(readlink -f "$0")")/../data"; echo "$@"')
    agent = agent_spec(tmp_path, needs=[{"run": ["turbine"]}])
    site = make_site(tmp_path, tmp_path / "cache")
    assert run_in(site, "turbine").ending == "not_started"
    assert run_in(site_for(agent, site), "turbine", "on").stdout == "what it needs\non\n"
    assert [each.path for each in needed_programs(agent)] == [path]
    assert run_in(site_for(agent, site), "sh", "-c", f"echo > {path}").exit_code != 0 or not path.read_text()
