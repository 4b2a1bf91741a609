"""What a fresh workspace and its removal cost over `git worktree add` and `git worktree remove`.

usage: workspace.py [FILES] [ROUNDS]

The project has FILES files of about 4 KiB in 40 folders. Both ways take turns. Goal: at most 1.3x.
`copy` and `rm` show what copying and removing the files alone costs here.
"""

import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from specrun.workspaces.delivery import Delivered, deliver
from specrun.workspaces.local import open_workspace
from specrun.workspaces.sandbox import Sandbox, sandbox

FILES = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 15
WORDS = ["answer", "branch", "cover", "digest", "event", "figure", "grade", "harness", "index", "judge"]


def make_tree(root: Path) -> None:
    source = random.Random(1)
    for number in range(FILES):
        path = root / f"part{number % 40:02}" / f"module{number:04}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (" ".join(source.choices(WORDS, k=9)) + f" {number}" for _ in range(70))
        path.write_text("\n".join(lines) + "\n")


async def tool(*argv: str | Path) -> None:
    process = await asyncio.create_subprocess_exec(*argv)
    assert await process.wait() == 0


def worktree(delivered: Delivered, place: Path) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        git = ("git", "-C", delivered.worktree, "worktree")
        await tool(*git, "add", "-q", "--detach", place, "HEAD")
        await tool(*git, "remove", "--force", place)

    return run


def copy(delivered: Delivered, place: Path) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await tool("cp", "-a", delivered.worktree, place)
        await tool("rm", "-rf", place)

    return run


def workspace(delivered: Delivered, enforce: Sandbox) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        async with open_workspace(delivered, enforce=enforce) as made:
            assert made.read("part00/module0000.py", 10_000)

    return run


async def compare(ways: dict[str, Callable[[], Awaitable[None]]]) -> None:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            await way()
            took[name].append((time.perf_counter() - start) * 1e3)
    floor = statistics.median(took["git worktree"])
    for name, times in took.items():
        middle = statistics.median(times)
        print(f"{name:28} median {middle:6.1f} ms  min {min(times):6.1f} ms  {middle / floor:5.2f}x")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree, cache = Path(folder, "tree"), Path(folder, "cache")
        make_tree(tree)
        start = time.perf_counter()
        made = deliver(tree, cache, "perf")
        print(f"python {sys.version.split()[0]}, {FILES} files, {sandbox()}")
        print(f"delivered once in {(time.perf_counter() - start) * 1e3:.0f} ms")
        os.environ["SPECRUN_TMP"] = folder
        checkout = Path(folder, "checkout")
        shutil.copytree(made.worktree, checkout, symlinks=True)
        origin = Delivered(checkout, made.objects, made.commit)
        ways = {
            "git worktree": worktree(origin, Path(folder, "added")),
            "copy and rm": copy(made, Path(folder, "copied")),
            "workspace, no namespaces": workspace(made, Sandbox(namespaces=False, network=False)),
            "workspace, with namespaces": workspace(made, sandbox()),
        }
        asyncio.run(compare(ways))
        subprocess.run(["git", "-C", checkout, "worktree", "prune"], check=True)


main()
