"""What the scripts beside this one share: commands that take turns, and what each of them costs.

A B C A B C ... is run and not A A B B C C, so that whatever drifts on the machine hits all sides alike.
A ratio is the median over the rounds of the ratio within a round.

The memory of a process that did not need more is that of the script itself, so scripts must stay small.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

SPECRUN = Path(sys.executable).with_name("specrun")


class Cost(NamedTuple):
    """Seconds, and MiB of the largest process. `cpu` is user and system time, children included."""

    wall: float
    cpu: float
    memory: float


def run(
    argv: Sequence[str | Path], folder: Path, env: dict[str, str] | None = None, output: str = os.devnull
) -> Cost:
    """Run a command in a folder, with what it prints going to a file there. Ends everything if it fails."""
    with (folder / output).open("wb") as file:
        start = time.perf_counter()
        process = subprocess.Popen(
            argv, cwd=folder, env=os.environ | (env or {}), stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode}: {' '.join(map(str, argv))}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def lines_with(file: Path, text: str) -> int:
    """How many lines of a file, which may be large, have a text in them."""
    with file.open(encoding="utf-8") as lines:
        return sum(text in line for line in lines)


def take_turns(ways: dict[str, Callable[[], Cost]], rounds: int, warm_up: int = 0) -> dict[str, list[Cost]]:
    """The costs of each way, one for each round. The first `warm_up` rounds do not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for number in range(warm_up + rounds):
        for name, way in ways.items():
            cost = way()
            if number >= warm_up:
                costs[name].append(cost)
    return costs


def ratio(ours: list[Cost], theirs: list[Cost], what: str = "wall") -> float:
    """How many times theirs ours is."""
    return statistics.median(
        getattr(mine, what) / getattr(other, what) for mine, other in zip(ours, theirs, strict=True)
    )


def show(costs: dict[str, list[Cost]]) -> None:
    """Print the medians of each way."""
    print(f"{'':34}   wall s  (min)      cpu s   MiB")
    for name, found in costs.items():
        wall, cpu, memory = (statistics.median(values) for values in zip(*found, strict=True))
        least = min(cost.wall for cost in found)
        print(f"{name:34} {wall:8.3f}  ({least:.3f}) {cpu:8.3f} {memory:5.0f}")


def judge(title: str, value: float, goal: float, unit: str = "x") -> None:
    """Print a figure beside its goal, which is the most that it may be."""
    verdict = "met" if value <= goal else "MISSED"
    print(f"{title:58} {value:8.3f}{unit}  goal {goal:g}{unit}: {verdict}")


def about() -> str:
    """What a reader has to know about the machine."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load}"
