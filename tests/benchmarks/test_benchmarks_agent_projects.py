"""An agent that is for some projects only: `{use: ..., projects: [...]}`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specrun.results.codec import decode


@pytest.fixture
def two(quick):
    """A benchmark with two projects, of which the agent `picky` works on `second` only."""
    specs = Path(quick.root, "specs")
    project = (specs / "projects/greeter.yaml").read_text(encoding="utf-8")
    (specs / "projects/second.yaml").write_text(
        project.replace("id: greeter", "id: second"), encoding="utf-8"
    )
    quick.agent("picky", type="command", run="{command: ['true']}")
    quick.edit("specs/hello.yaml", "projects:\n", "projects:\n  - projects/second.yaml\n")
    hello = (specs / "hello.yaml").read_text(encoding="utf-8")
    assert "  - agents/picky.yaml\n" in hello
    quick.edit(
        "specs/hello.yaml",
        "  - agents/picky.yaml\n",
        "  - {use: agents/picky.yaml, with: {title: Picky}, projects: [second]}\n",
    )
    return quick


def trials(bench, *options: str) -> list[str]:
    rows = json.loads(bench.run("plan", "specs/hello.yaml", "--format", "json", *options).out)
    return [row["trial"] for row in rows]


def test_it_is_planned_for_its_projects_alone(two) -> None:
    assert [name for name in trials(two) if name.startswith("picky/")] == ["picky/second/1"]
    assert {"nop/greeter/1", "nop/second/1"} <= set(trials(two))


def test_results_have_no_trial_of_it_elsewhere(two) -> None:
    assert two.run("run", "specs/hello.yaml", "--offline").code == 0
    results = decode(Path(two.root, "reports/hello/results.json").read_bytes())
    assert [trial.name for trial in results.trials if trial.agent == "picky"] == ["picky/second/1"]
    assert [agent.title for agent in results.agents if agent.id == "picky"] == ["Picky"]


def test_a_selection_of_what_it_does_not_work_on_is_refused(two) -> None:
    done = two.run("run", "specs/hello.yaml", "--offline", "--only", "agent=picky,project=greeter")
    assert done.code == 2
    assert "selects no trial" in done.err
