"""What graders are given, as plain data. A replay here is what somebody wrote down, not one that was run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from specrun.agents.record import AgentRun
from specrun.graders.answer import read_answer
from specrun.graders.proof import Proof, Proven
from specrun.graders.replayable import Replayable
from specrun.graders.replaying import Replay
from specrun.measure.canary import Canary
from specrun.measure.reports import Coverage, FileCoverage, TestRun
from specrun.spec.models import Project
from specrun.spec.models.common import Paths
from specrun.spec.models.project import Source, Truth
from specrun.spec.values import FolderRef, Glob
from specrun.workspaces.base import Enforced, Patch, Step

ENFORCED = Enforced(network=True, processes=True, files=True)
ANSWER = b"""
detect: {tests_present: true, frameworks: [pytest]}
setup:
  test_command: run
  report: {format: junit, path: r.xml}
  coverage_command: measure
  coverage_report: {format: coverage-json, path: c.json}
"""


@pytest.fixture
def replayed():
    """A replay with these tests and covered lines, whose test command ended with this exit code."""

    def make(tests: TestRun | None, *, code: int = 0, lines: dict[int, int] | None = None, **more) -> Replay:
        coverage = Coverage({"m.py": FileCoverage(lines or {})}) if lines is not None else None
        return Replay(
            steps=(Step(name="test", ending="exited", exit_code=code),),
            tests=tests,
            tests_problem=None if tests else "r.xml: the command did not write it",
            coverage=coverage,
            coverage_problem=None if coverage else "there is no coverage command",
            enforced=ENFORCED,
            **more,
        )

    return make


CANARY = Canary(
    "m.py", "g", 5, 6, broken="def broken(): ...", neutral="def neutral(): ...", stopped="def stopped(): ..."
)
"""A line was added before line 6 of m.py."""


def moved(replay: Replay) -> Replay:
    """The same replay of a source with the canary's line: what was covered below it has moved."""
    lines = replay.coverage.files["m.py"].lines if replay.coverage else {}
    lines = {line + (line >= CANARY.inserted): hits for line, hits in lines.items()} | {CANARY.inserted: 1}
    return msgspec.structs.replace(replay, coverage=Coverage({"m.py": FileCoverage(lines)}))


@pytest.fixture
def proof():
    """The known answer's tests, and what they say when the canary sings; None if they leave no report."""

    def make(tests: TestRun, after: TestRun | None, changed: Patch = Patch()) -> Proof:  # noqa: B008
        return Proof(tests=tests, changed=changed, canaries=(Proven(canary=CANARY, after=after),))

    return make


@pytest.fixture
def graded(tmp_path: Path):
    """What a grader is given: a project with this truth, an answer, a replay, and what the agent changed."""
    (tmp_path / "m.py").write_text("def f():\n    return 1\n\n\ndef g():\n    return 2\n", encoding="utf-8")

    def make(
        truth: Truth,
        *,
        answer: bytes | None = ANSWER,
        report: str = "r.xml",
        replay: Replay | None = None,
        edited: Replay | None = None,
        neutral: Replay | None = None,
        known: Proof | None = None,
        patch: Patch = Patch(),  # noqa: B008
        usage=(),
    ) -> Replayable:
        async def get() -> Replay:
            assert replay is not None, "nothing should have been replayed"
            return replay

        async def get_edited(name: str, edits: dict[str, bytes], with_coverage: bool) -> Replay:
            assert edited is not None, f"{name} should not have been replayed"
            assert with_coverage == (name == "neutral")
            return neutral or moved(replay) if name == "neutral" else edited

        async def prove(count: int) -> Proof:
            return known or Proof(tests=replay.tests if replay else None, changed=Patch(), canaries=())

        answer = answer and answer.replace(b"r.xml", report.encode())
        project = Project(
            specrun=1,
            kind="project",
            id="p",
            platform="x.yaml",
            source=Source(path=FolderRef(".")),
            truth=truth,
            paths=Paths(source=(Glob("*.py"),), tests=(Glob("test_*.py"),), protected=(Glob("conftest.py"),)),
        )
        return Replayable(
            run=AgentRun(answer=answer, patch=patch, usage=usage),
            answer=read_answer(answer),
            project=project,
            language="python",
            tree=tmp_path,
            writable=frozenset({"specrun-answer.yaml"}),
            seed=1,
            replay=get,
            replay_edited=get_edited,
            prove=prove,
        )

    return make
