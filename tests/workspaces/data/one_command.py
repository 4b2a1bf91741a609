"""Run one bash script in a workspace, and print what is enforced and how the script ended, as JSON."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from specrun.spec.models.common import StepLimits
from specrun.spec.values import Duration
from specrun.workspaces.base import Command
from specrun.workspaces.local import open_workspace


async def main(text: str, wall: str, shared: Path) -> None:
    limits = StepLimits(wall=Duration(wall))
    command = Command(name="step", argv=("bash", "-c", text), limits=limits, writable=(shared,))
    async with open_workspace(None, hidden=[shared / "specs"]) as workspace:
        step = await workspace.run(command)
        ample = StepLimits(wall=Duration("5m"))
        after = await workspace.run(Command(name="after", argv=("bash", "-c", "echo alive"), limits=ample))
        print(msgspec.json.encode((workspace.enforced, step, after)).decode())


asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
