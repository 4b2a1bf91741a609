"""What 10,000 trivial trials cost: `python perf/trials.py [TRIALS] [ROUNDS] [PROMPTFOO] [INSPECT]`.

The agent that does nothing, on one project, results and reports included, against as many parametrized tests
of pytest that assert a constant. With the paths of their programs, also against promptfoo's `echo` with one
assertion, and inspect_ai's `mockllm` with `includes`: over a tenth of the trials, because it is slow, and
scaled. `-` leaves promptfoo out. What each tool says that it did is checked, not only its exit code.

Every run has a new folder, and all are removed at the end. On ext4 some runs took 18 s of system time and not
2 s, most of them soon after many files had been removed; why was not found out. Repeat a run that looks so.
The preflight of the one case, a real run of the project's tests, is part of specrun's time.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from peers import inspect, new_folder, promptfoo, pytest
from turns import SPECRUN, Cost, about, judge, lines_with, ratio, run, show, take_turns

TRIALS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
PROMPTFOO, INSPECT = ([name if name != "-" else None for name in sys.argv[3:5]] + [None, None])[:2]
TENTH, FEW = TRIALS // 10, TRIALS // 100


def specrun(root: Path, trials: int) -> Cost:
    folder = new_folder(root, f"specrun-{trials}")
    subprocess.run([SPECRUN, "init", folder], check=True, capture_output=True)
    options = ["--offline", "--repeats", str(trials), "--only", "agent=nop", "--output", "reports", "-q"]
    cost = run([SPECRUN, "specs/hello.yaml", *options], folder)
    assert lines_with(folder / "reports" / "hello" / "results.json", '"outcome": "failed"') == trials
    return cost


def ways(root: Path) -> dict[str, Callable[[], Cost]]:
    found = {
        f"specrun, {TRIALS}": lambda: specrun(root, TRIALS),
        f"pytest, {TRIALS}": lambda: pytest(root, TRIALS),
        f"specrun, {TENTH}": lambda: specrun(root, TENTH),
        f"pytest, {TENTH}": lambda: pytest(root, TENTH),
        f"specrun, {FEW}": lambda: specrun(root, FEW),
        f"pytest, {FEW}": lambda: pytest(root, FEW),
    }
    if PROMPTFOO:
        found[f"promptfoo, {TRIALS}"] = lambda: promptfoo(PROMPTFOO, root, TRIALS)
    if INSPECT:
        found[f"inspect, {TENTH}"] = lambda: inspect(INSPECT, root, TENTH)
        found["inspect, 10"] = lambda: inspect(INSPECT, root, 10)
    return found


def per_trial(more: list[Cost], less: list[Cost], trials: int) -> float:
    """Milliseconds of CPU time that one more trial takes; the wall time of the preflight varies too much."""
    return statistics.median(a.cpu - b.cpu for a, b in zip(more, less, strict=True)) / trials * 1000


def bytes_kept(root: Path) -> None:
    """Print the bytes for each trial: of the files of its record, and of what a run and a report keep."""
    folder = next(root.glob(f"specrun-{TRIALS}-*"))
    sizes: Counter[str] = Counter()
    for file in folder.rglob("*"):
        place = re.sub(r"records/\w+/", "records/*/", file.relative_to(folder).as_posix())
        if file.is_file() and place.startswith((".specrun", "reports")):
            sizes[re.sub(r"runs/[^/]+/", "runs/*/", place)] += file.stat().st_size
    for place, size in sizes.most_common(8):
        print(f"{place:58} {size / TRIALS:8.0f} B a trial")
    judge("kept for a trial, in all", sizes.total() / TRIALS / 1000, 1, " kB")


def compare(costs: dict[str, list[Cost]]) -> None:
    ours, tenth, few = (costs[f"specrun, {trials}"] for trials in (TRIALS, TENTH, FEW))
    for what in ("wall", "cpu"):
        judge(f"{TRIALS} trials / pytest, {what}", ratio(ours, costs[f"pytest, {TRIALS}"], what), 1.2)
    if PROMPTFOO:
        judge(f"{TRIALS} trials / promptfoo", ratio(ours, costs[f"promptfoo, {TRIALS}"]), 1 / 5)
    if INSPECT:
        whole = [
            Cost(ten.wall + (more.wall - ten.wall) / (TENTH - 10) * (TRIALS - 10), 0, 0)
            for more, ten in zip(costs[f"inspect, {TENTH}"], costs["inspect, 10"], strict=True)
        ]
        judge(f"{TRIALS} trials / inspect, scaled from {TENTH}", ratio(ours, whole), 1 / 20)
    late, early = per_trial(ours, tenth, TRIALS - TENTH), per_trial(tenth, few, TENTH - FEW)
    print(f"one more trial: {early:.2f} ms of CPU up to {TENTH}, {late:.2f} ms from there to {TRIALS}")
    judge("cost of a trial, late / early", late / early, 1.15)
    for tool in ("specrun", "pytest"):
        many, some = costs[f"{tool}, {TRIALS}"], costs[f"{tool}, {FEW}"]
        grown = statistics.median(a.memory - b.memory for a, b in zip(many, some, strict=True))
        judge(f"memory of {tool}, grown from {FEW} to {TRIALS}", grown, 25, " MiB")


def main() -> None:
    print(f"{about()}, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as name:
        costs = take_turns(ways(Path(name)), ROUNDS)
        show(costs)
        compare(costs)
        bytes_kept(Path(name))


main()
