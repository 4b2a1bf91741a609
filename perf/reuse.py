"""What a run costs in which nothing changed: `python perf/reuse.py [TRIALS] [ROUNDS]`.

The same run of trivial trials again, all of them stored, with its reports and without, against computing
their keys and nothing else. Each also for one trial: the difference is what the trials themselves cost.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from turns import SPECRUN, Cost, about, judge, lines_with, run, show, take_turns

TRIALS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
KEYS = """
import sys
from pathlib import Path
from specrun.engine.session import plan
from specrun.engine.settings import Settings
from specrun.plan.selection import parse
from specrun.spec.library import Library
from specrun.workspaces.cache import cache_dir

overrides = {"repeats": int(sys.argv[1])}
resolved = Library(Path.cwd()).resolve(Path("specs/hello.yaml"), overrides=overrides)
settings = Settings(offline=True, only=parse(["agent=nop"]), state=Path.cwd() / ".specrun", cache=cache_dir())
assert len({trial.key for trial in plan(resolved, overrides, settings).trials}) == overrides["repeats"]
"""


def keys(folder: Path, trials: int) -> Cost:
    return run([sys.executable, "-c", KEYS, str(trials)], folder)


def again(folder: Path, trials: int, *output: str) -> Cost:
    options = ["--offline", "--repeats", str(trials), "--only", "agent=nop", "-q", *output]
    cost = run([SPECRUN, "specs/hello.yaml", *options], folder)
    manifest = max(folder.glob(".specrun/runs/*/manifest.json"), key=lambda file: file.stat().st_mtime_ns)
    assert lines_with(manifest, '"reused": true') == trials
    return cost


def main() -> None:
    print(f"{about()}, {ROUNDS} rounds")
    tasks = {
        "keys": keys,
        "again, no reports": again,
        "again": lambda folder, trials: again(folder, trials, "--output", "reports"),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([SPECRUN, "init", folder], check=True, capture_output=True)
        first = ["--offline", "--repeats", str(TRIALS), "--only", "agent=nop", "-q"]
        run([SPECRUN, "specs/hello.yaml", *first], folder)
        ways = {
            f"{task}, {trials}": partial(do, folder, trials)
            for task, do in tasks.items()
            for trials in (TRIALS, 1)
        }
        costs = take_turns(ways, ROUNDS, warm_up=1)
    show(costs)
    each = {
        task: statistics.median(
            many.cpu - one.cpu
            for many, one in zip(costs[f"{task}, {TRIALS}"], costs[f"{task}, 1"], strict=True)
        )
        for task in tasks
    }
    for task, seconds in each.items():
        print(
            f"{task:34} {seconds / TRIALS * 1e6:8.1f} us of CPU a trial, {seconds / each['keys']:.2f}x keys"
        )
    judge("a stored trial / its key, without reports", each["again, no reports"] / each["keys"], 1)


main()
