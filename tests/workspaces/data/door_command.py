"""Read the word behind a door from inside of a workspace, twice, and print who we are and the steps."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys

import msgspec
from front_door import FrontDoor

from specrun.spec.models.common import StepLimits
from specrun.spec.values import Duration
from specrun.workspaces.base import DOOR_PORT, Command, script
from specrun.workspaces.local import open_workspace

# Root can make us run a Python that is in its own folder. Then nobody but root can start it again.
if not os.access(sys.executable, os.X_OK):
    sys.executable = shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin")

ASK = rf"exec 3<>/dev/tcp/127.0.0.1/{DOOR_PORT}; printf 'GET / HTTP/1.0\r\n\r\n' >&3; tail -n 1 <&3"


async def main() -> None:
    limits = StepLimits(wall=Duration("5m"))
    async with open_workspace(None) as workspace:
        steps = [
            await workspace.run(Command(name="ask", argv=script(ASK), limits=limits, door=FrontDoor(word)))
            for word in ("first", "second")
        ]
    print(msgspec.json.encode((os.geteuid(), steps)).decode())


asyncio.run(main())
