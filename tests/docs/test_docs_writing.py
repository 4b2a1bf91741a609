from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from specrun.results.codec import decode

if TYPE_CHECKING:
    from tests.docs.conftest import Block, Place

READER = """\
specrun: 1
kind: agent
id: reader
type: command
run: {command: [cp, "${prompt.file}", "prompt-for-${case.test}"]}
"""
"""An agent that leaves its prompt behind."""

PROMPTED = """\
specrun: 1
kind: test-writing
id: prompted
agents: [agents/oracle.yaml, agents/reader.yaml]
projects: [projects/greeter-all.yaml]
prompt: prompts/write.md.j2
limits: {agent: {wall: 2m}, grade: {wall: 2m}}
graders: [tests, coverage-gain]
passing: [tests, coverage-gain]
"""


def test_the_documented_benchmark_prints_what_is_shown(demo: Place, writing: list[Block]) -> None:
    (demo.folder / "specs/write-greetings.yaml").write_text(_with(writing, "kind: test-writing"))
    ran = demo.run("specrun", "specs/write-greetings.yaml", "--offline", "-q")
    assert ran.returncode == 0, ran.stdout
    shown = next(block for block in writing if block.language == "text")
    assert ran.stdout.endswith(f"\n\n{shown.text}"), shown.place


def test_the_documented_project_and_prompt_make_a_case(demo: Place, writing: list[Block]) -> None:
    (prompt,) = (block.text for block in writing if block.language == "jinja")
    (demo.folder / "specs/projects/greeter-all.yaml").write_text(_with(writing, "id: greeter-all"))
    (demo.folder / "specs/prompts/write.md.j2").write_text(prompt)
    (demo.folder / "specs/agents/reader.yaml").write_text(READER)
    (demo.folder / "specs/prompted.yaml").write_text(PROMPTED)
    ran = demo.run("specrun", "specs/prompted.yaml", "--offline", "-q")
    assert ran.returncode == 0, ran.stdout
    results = decode((demo.folder / "reports/prompted/results.json").read_bytes())
    assert {trial.name: trial.outcome for trial in results.trials} == {
        "oracle/greeter-all.greeter/1": "passed",
        "reader/greeter-all.greeter/1": "failed",
    }
    told = "".join(patch.read_text() for patch in demo.folder.glob(".specrun/records/*/patch.diff"))
    assert "+Write tests for greeter.py, in test_greeter.py. Write only these files:\n" in told
    assert "+    python -m pytest --junitxml=.report/tests.xml\n" in told
    assert "+0 of 5 executable lines are covered.\n+Missed in greeter.py: 3-10.\n" in told


def test_the_workflow_grades_what_a_branch_changes(demo: Place, writing: list[Block], tmp_path: Path) -> None:
    """The steps of the job, but for the checkout and the installation, on a branch whose test is weak."""
    workflow = yaml.safe_load(_with(writing, "# .github/workflows/grade.yml"))
    steps = workflow["jobs"]["grade"]["steps"]
    assert [step["uses"].partition("@")[0] for step in steps if "uses" in step] == ["actions/checkout"]
    _branch_off(demo, writing)
    summary = tmp_path / "summary.md"
    env = ("BASE=main", f"GITHUB_STEP_SUMMARY={summary}", f"RUNNER_TEMP={tmp_path}")
    assert list(steps[-1]["env"]) == ["BASE"]
    ran = demo.run("env", *env, "bash", "-e", "-c", steps[-1]["run"])
    assert ran.returncode == 1, ran.stdout
    said = summary.read_text()
    assert "| tests | yes | passed | tests added: 1;" in said
    assert "| mutation | yes | failed |" in said
    assert 'failures="1"' in (demo.folder / "grade.xml").read_text()


def _branch_off(demo: Place, writing: list[Block]) -> None:
    """Make a repository of the project, with the documented change on a branch that is checked out."""
    (demo.folder / "specs/projects/mine.yaml").write_text(_with(writing, "id: mine"))
    (setup,) = (block.text for block in writing if "cat > morning.diff" in block.text)
    patch = setup.split("<<'EOT'\n")[1].removesuffix("EOT\n")
    (demo.folder / "morning.diff").write_text(patch)
    script = """
        git() { command git -c user.name=me -c user.email=me@example.org "$@"; }
        mv fixtures/projects/greeter/*.py . && rm -r fixtures
        git init -q -b main && git add specs ./*.py && git commit -q -m base
        git switch -q -c change && git apply morning.diff && git commit -q -a -m change
    """
    made = demo.run("bash", "-euc", script)
    assert made.returncode == 0, made.stdout


def _with(writing: list[Block], words: str) -> str:
    """The text of the only YAML block that has these words in a line of their own."""
    (text,) = (block.text for block in writing if block.language == "yaml" and f"{words}\n" in block.text)
    return text
