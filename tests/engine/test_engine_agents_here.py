"""What `fetch` and `doctor` do about agents: install them, and say why one cannot run here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from specrun.results.codec import decode

NEEDS = "needs: [{run: [no-such-turbine]}]\n"
NO_TURBINE = "needs no-such-turbine: there is no such program on this machine"
INSTALL = "install: {script: 'echo > \"${agent.dir}/tool\"', network: true}\n"
NOT_INSTALLED = "the agent tool is not installed: run `specrun fetch SPEC`"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECRUN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def tool(quick):
    """Gives the benchmark an agent with these keys, and a second project with a platform that is not here."""

    def write(keys: str, *, absent: bool = False) -> None:
        quick.agent("tool", type="command", run=f"{{command: ['true']}}\n{keys}", version='"7"')
        if absent:
            specs = quick.root / "specs"
            platform = (specs / "platforms/python-pytest.yaml").read_text(encoding="utf-8")
            tools = "tools: {commands: [{run: [no-such-turbine]}]}\n"
            head, rest = platform.split("tools:\n", 1)
            rest = rest[rest.index("\ncommands:") + 1 :]
            head = head.replace("id: python-pytest", "id: absent")
            (specs / "platforms/absent.yaml").write_text(head + tools + rest, encoding="utf-8")
            project = (specs / "projects/greeter.yaml").read_text(encoding="utf-8")
            project = project.replace("id: greeter", "id: absent").replace(
                "python-pytest.yaml", "absent.yaml"
            )
            (specs / "projects/absent.yaml").write_text(project, encoding="utf-8")
            quick.edit("specs/hello.yaml", "projects:\n", "projects:\n  - projects/absent.yaml\n")

    return write


def agents_of(bench) -> dict[str, tuple[str, str]]:
    """What `doctor` says of agents: state and detail."""
    rows = json.loads(bench.run("doctor", "specs/hello.yaml", "--format", "json").out)
    return {row["name"]: (row["state"], row["detail"]) for row in rows if row["name"].startswith("agent: ")}


def test_doctor_says_which_agents_of_a_benchmark_can_run(quick, tool) -> None:
    tool(NEEDS + INSTALL)
    found = agents_of(quick)
    assert found["agent: tool"] == ("missing", f"{NO_TURBINE}; {NOT_INSTALLED}")
    assert "agent: nop" not in found
    names = {row["name"] for row in json.loads(quick.run("doctor", "--format", "json").out)}
    assert not [name for name in names if name.startswith("agent: ")]


def test_fetch_installs_agents_even_if_a_case_cannot_be_brought(quick, tool) -> None:
    tool(INSTALL, absent=True)
    assert agents_of(quick)["agent: tool"] == ("missing", NOT_INSTALLED)
    ran = quick.run("fetch", "specs/hello.yaml")
    assert (ran.code, ran.out) == (3, "greeter: here\ntool: here\n")
    assert ran.err == f"absent: {NO_TURBINE}\n"
    assert agents_of(quick)["agent: tool"] == ("here", "version 7")


def test_fetch_says_what_an_agent_needs_that_it_cannot_bring(quick, tool) -> None:
    tool(NEEDS + INSTALL)
    ran = quick.run("fetch", "specs/hello.yaml")
    assert (ran.code, ran.out, ran.err) == (3, "greeter: here\n", f"tool: {NO_TURBINE}\n")


def test_without_any_case_no_agent_can_be_installed(quick, tool) -> None:
    tool(INSTALL, absent=True)
    quick.edit("specs/hello.yaml", "  - projects/greeter.yaml\n", "")
    ran = quick.run("fetch", "specs/hello.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"absent: {NO_TURBINE}\ntool: not installed: no case can run here\n"


def test_trials_of_an_agent_that_cannot_run_here_are_unavailable_and_not_compared(
    quick, tool, tmp_path: Path
) -> None:
    tool(INSTALL)
    run = ("specs/hello.yaml", "--offline", "-q")
    assert quick.run("fetch", "specs/hello.yaml").code == 0
    quick.run(*run)
    measured = quick.outcomes()
    assert measured["tool/greeter/1"] == "failed"
    shutil.rmtree(tmp_path / "cache" / "agents")
    checked = quick.run(*run, "--check", "--fresh")
    assert checked.code == 0, checked.out
    assert "tool/greeter/1" in checked.out + checked.err
    quick.run(*run, "--fresh", "--output", "out")
    results = decode((quick.root / "out/hello/results.json").read_bytes())
    trials = {trial.name: trial for trial in results.trials}
    assert (trials["tool/greeter/1"].outcome, trials["tool/greeter/1"].reason) == (
        "unavailable",
        NOT_INSTALLED,
    )
    assert {name: trial.outcome for name, trial in trials.items() if trial.agent != "tool"} == {
        name: outcome for name, outcome in measured.items() if not name.startswith("tool/")
    }
    assert [case.broken for case in results.cases] == [None]
