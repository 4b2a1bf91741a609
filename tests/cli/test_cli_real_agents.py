"""Real agents: recorded against a script, and replayed by somebody else with nobody to answer.

Each is installed from its registry once on a machine, into the user's cache, as `specrun fetch` does it.
"""

from __future__ import annotations

import json
import os
import shutil
from copy import copy
from pathlib import Path

import pytest

from example_bench import DATA, Bench
from specrun.results.codec import decode
from specrun.workspaces.cache import cache_dir

SPEC = "specs/real.yaml"
AGENTS = Path(__file__).parents[2] / "specs/agents"
STREAMED = pytest.param("streamed", marks=pytest.mark.needs_node)
RESPONSES = pytest.param("responses", marks=pytest.mark.needs_node)
FAULTS = {"chat": 2, "messages": 2, "streamed": 1, "responses": 2}
"""How many attempts the script lets fail."""


class RealBench(Bench):
    """A benchmark with real agents, of which one is looked at. Its tests are listed and not run."""

    def __init__(self, root: Path, agent: str) -> None:
        super().__init__(root)
        self.agent_name = agent
        self.hasten()
        shutil.copytree(DATA / "real_agents", root, dirs_exist_ok=True)
        shutil.copytree(AGENTS, root / "specs/agents", dirs_exist_ok=True)

    @property
    def command(self) -> tuple[str, ...]:
        """What runs the agent offline."""
        return (SPEC, "--offline", "-q", "--only", f"agent={self.agent_name}", "--output", "reports")

    @property
    def trial(self):
        """The agent's trial, of the last run."""
        (found,) = decode((self.root / "reports/real/results.json").read_bytes()).trials
        return found

    @property
    def lines(self) -> list[dict]:
        """What is recorded: exchanges, and notes of attempts that failed."""
        (tape,) = self.root.glob(f"fixtures/cassettes/real/{self.agent_name}/greeter/*/cassette.jsonl")
        return [json.loads(line) for line in tape.read_text(encoding="utf-8").splitlines()[1:]]

    def record(self) -> None:
        """Record the agent's cassette."""
        ran = self.run(*self.command, "--cassettes", "record")
        assert (ran.code, ran.err) == (0, "")

    def left(self) -> tuple[bytes, list[dict], dict]:
        """The patch, the turns, and the results."""
        shown = json.loads(self.run("trial", f"{self.agent_name}/greeter/1", "--format", "json").out)
        turns = json.loads(Path(shown["folder"], "trajectory.json").read_bytes())["turns"]
        results = (self.root / "reports/real/results.json").read_bytes()
        return (
            Path(shown["folder"], "patch.diff").read_bytes(),
            turns,
            json.loads(results, object_hook=_same),
        )


def _same(item: dict) -> dict:
    """What stays the same: a replay repeats no failed attempts, and the model's spec was changed.

    What an attempt that was cut has used nobody knows, so the sums of such a recording are not known either.
    """
    if item.get("grader") == "usage":
        return {}
    changed = ("failed", "retries", "unfinished", "digest")
    sums = [name for name in item if name.startswith("usage.")] + ["usage"] * isinstance(
        item.get("usage"), dict
    )
    return {key: value for key, value in item.items() if key not in (*changed, *sums)}


@pytest.fixture
def real(tmp_path: Path, request: pytest.FixtureRequest) -> RealBench:
    """The benchmark, and its agent installed. Skips where that cannot be, unless nothing may be skipped."""
    bench = RealBench(tmp_path / "bench", request.param)
    ran = bench.run("fetch", SPEC)
    if f"{request.param}: here" not in ran.out.splitlines():
        told = next((line for line in ran.err.splitlines() if line.startswith(request.param)), ran.err)
        give_up = pytest.fail if os.environ.get("SPECRUN_REQUIRE_ALL") == "1" else pytest.skip
        give_up(f"the agent cannot be installed here: {told}")
    return bench


def elsewhere(bench: RealBench, folder: Path) -> RealBench:
    """Replay a copy in another folder, with another home, and a model that answers nothing."""
    shutil.copytree(bench.root, folder, ignore=shutil.ignore_patterns(".specrun", "reports"))
    other = copy(bench)
    other.root = folder
    for model in ("cut", "streamed", "whole"):
        other.edit(f"specs/models/{model}.yaml", "prompt: Write tests", "prompt: nobody says this")
    home = folder.parent / "an other home"
    home.mkdir()
    env = {"HOME": str(home), "SPECRUN_CACHE": str(cache_dir()), "TZ": "Asia/Tokyo", "USER": "somebody"}
    process = other.start(*other.command, **env)
    out, err = process.communicate()
    assert (process.returncode, err) == (0, ""), out
    return other


@pytest.mark.parametrize("real", ["chat", "messages", STREAMED, RESPONSES], indirect=True)
def test_a_recorded_agent_does_the_same_elsewhere_with_nobody_to_answer(real, tmp_path):
    real.record()
    (row,) = real.trial.usage
    faults = [line for line in real.lines if line["line"] != "exchange"]
    assert (real.trial.outcome, row.requests) == ("passed", 3), "it tried again, and went on"
    assert row.failed == len(faults) == FAULTS[real.agent_name]
    linted = real.run("cassette", "lint", "fixtures/cassettes")
    assert linted.code == 0, linted.out

    other = elsewhere(real, tmp_path / "there/deeper/bench")
    (row,) = other.trial.usage
    assert (row.requests, row.failed, row.refused) == (len(real.lines) - len(faults), 0, 0), (
        "each found its answer"
    )
    assert other.lines == real.lines
    patch, turns, results = other.left()
    assert b"+def test_added():" in patch
    assert [turn.get("says") for turn in turns] == ["I look around.", None, "That is all."]
    assert (patch, turns, results) == real.left()


@pytest.mark.parametrize("real", [STREAMED], indirect=True)
def test_a_trial_in_which_a_stream_was_cut_for_good_is_run_again(real):
    """This agent gives up then. It is not to blame, and what it did until then is of no use."""
    real.edit("specs/models/streamed.yaml", "{status: 429, retry_after: 0}", "{cut: 3}")
    real.record()
    assert real.trial.outcome == "passed"
    assert {line["line"] for line in real.lines} == {"exchange"}, "the second attempt had no faults"
