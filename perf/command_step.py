"""What a command step costs over asyncio's bare spawn with pipes.

usage: command_step.py [STARTS] [ROUNDS]

Each round starts /bin/true STARTS times in each way, in turns. Goal: at most 3x.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

from specrun.spec.models.common import StepLimits
from specrun.spec.values import Duration, Size
from specrun.workspaces.base import Command
from specrun.workspaces.local import LocalWorkspace, open_workspace
from specrun.workspaces.sandbox import Sandbox, sandbox

STARTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 9
LIMITS = StepLimits(
    wall=Duration("10s"),
    idle=Duration("10s"),
    cpu=Duration("10s"),
    memory=Size("1GiB"),
    file_size=Size("1GiB"),
)
TRUE = Command(name="true", argv=("/bin/true",), limits=LIMITS)


async def bare() -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("/bin/true", stdout=pipe, stderr=pipe)
    await process.communicate()


def step(workspace: LocalWorkspace) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        assert (await workspace.run(TRUE)).ok

    return run


async def compare(ways: dict[str, Callable[[], Awaitable[None]]]) -> None:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            for _ in range(STARTS):
                await way()
            took[name].append((time.perf_counter() - start) / STARTS * 1e3)
    floor = statistics.median(took["asyncio"])
    for name, times in took.items():
        middle = statistics.median(times)
        print(f"{name:22} median {middle:6.2f} ms  min {min(times):6.2f} ms  {middle / floor:5.2f}x")


async def main() -> None:
    print(f"python {sys.version.split()[0]}, {sandbox()}")
    nothing = Sandbox(namespaces=False, network=False)
    async with open_workspace(None) as caged, open_workspace(None, enforce=nothing) as plain:
        ways = {"asyncio": bare, "without namespaces": step(plain), "with namespaces": step(caged)}
        await compare(ways)


asyncio.run(main())
