"""The known answer is replayed once for all who give it, and everybody's log tells of it."""

from __future__ import annotations

import asyncio
import re
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from example_bench import Bench
from specrun.agents.record import AgentRun
from specrun.benchmarks.base import Surroundings
from specrun.benchmarks.once import once_each
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.benchmarks.test_running_place import TestRunningPlace
from specrun.graders.replaying import Replay
from specrun.spec.library import Library
from specrun.workspaces.base import Workspace

SAME = """\
  - write: specrun-answer.yaml
    content: |
      # The commands of the platform, in other words.
      detect: {tests_present: false}
      setup:
        test_command: "install -D ready.xml .report/tests.xml && cat /proc/sys/kernel/random/uuid"
        report: {format: junit, path: .report/tests.xml}
        coverage_command: |
          code=0
          install -D ready.json .report/coverage.json && echo 3 passed
          exit $code
        coverage_report: {format: coverage-json, path: .report/coverage.json}
"""
"""Stands for the same commands as the known answer, though it is not the same file."""


@pytest.fixture
def random(quick: Bench) -> Bench:
    """A benchmark whose right test command says something else each time that it runs."""
    ready = "install -D ready.xml .report/tests.xml && "
    uuid = ready + "cat /proc/sys/kernel/random/uuid"
    quick.edit("specs/platforms/python-pytest.yaml", ready + "echo 3 passed", uuid)
    quick.agent("same", steps=SAME)
    quick.agent("other", steps=SAME.replace("random/uuid", "random/uuid; true"))
    quick.only("oracle", "same", "other")
    return quick


def said(bench: Bench, agent: str, step: str = "01-replay.test") -> str:
    """What a step of the grading printed, by its log."""
    shown = bench.run("trial", f"{agent}/greeter/1", "--logs").out
    found = re.search(rf"--- grade/logs/{step}\.stdout\n(.+)", shown)
    assert found, shown
    return found[1]


def test_who_gives_the_known_answer_shares_its_replay(random) -> None:
    random.run("specs/hello.yaml", "--offline", "-q")
    first = said(random, "oracle")
    assert said(random, "same") == first
    assert said(random, "same", "02-replay.coverage") == "3 passed"
    assert said(random, "other") != first
    assert random.run("verify", "all").code == 0


def test_another_run_replays_it_again(random) -> None:
    random.run("specs/hello.yaml", "--offline", "-q")
    first = said(random, "oracle")
    random.run("specs/hello.yaml", "--offline", "-q", "--fresh")
    assert said(random, "oracle") != first


class Opened:
    """A `Watch` that lists what was opened."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def event(self, payload: object) -> None:
        """Nothing else happens."""

    def opened(
        self, name: str, workspace: AbstractAsyncContextManager[Workspace]
    ) -> AbstractAsyncContextManager[Workspace]:
        """The workspace itself."""
        self.names.append(name)
        return workspace


async def _greeter(bench: Bench, cache: Path) -> TestRunningPlace:
    resolved = Library(bench.root).resolve(bench.spec)
    kind = BENCHMARK_KINDS["test-running"]
    (place,) = await kind.places(resolved, kind.cases(resolved), Surroundings(cache=cache, offline=True))
    assert isinstance(place, TestRunningPlace)
    return place


def test_the_proof_rests_on_the_replays_that_are_graded(bench, tmp_path) -> None:
    async def check() -> None:
        place, watch = await _greeter(bench, tmp_path / "cache"), Opened()
        graded = place.graded(AgentRun(answer=place.task.known_answer.file), watch)
        proof = await graded.prove(1)
        assert watch.names == [], "a proof belongs to no trial"
        (proven,) = proof.canaries
        edits = {proven.canary.path: proven.canary.broken.encode()}
        broken: Replay = await graded.replay_edited("canary-1", edits, True)
        assert (await graded.replay()).tests is proof.tests
        assert broken.tests is proven.after
        assert watch.names == ["canary-1", "replay"]
        assert await place.graded(AgentRun(), Opened()).prove(1) is proof

    asyncio.run(check())


def test_what_is_made_for_a_key_is_made_once_unless_it_fails() -> None:
    asked: list[str] = []

    async def make(key: str) -> object:
        asked.append(key)
        await asyncio.sleep(0)
        if asked.count("bad") == 1 and key == "bad":
            raise OSError(key)
        return object()

    async def check() -> None:
        get = once_each(make)
        first, second, other = await asyncio.gather(get("a"), get("a"), get("b"))
        assert first is second
        assert first is not other
        assert asked == ["a", "b"]
        with pytest.raises(OSError, match="bad"):
            await get("bad")
        assert await get("bad") is await get("bad")
        assert asked == ["a", "b", "bad", "bad"]

    asyncio.run(check())
