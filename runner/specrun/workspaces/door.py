"""The way from a command without network to a server of specrun: a listener inside, answered outside."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from specrun.workspaces.base import DOOR_PORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from specrun.workspaces.base import Door
    from specrun.workspaces.cages import Cage


@asynccontextmanager
async def opened(door: Door | None, cage: Cage) -> AsyncIterator[asyncio.Future[None] | None]:
    """Let commands in the open cage reach the door. Gives what is done when the door is shut.

    The listener keeps the network of the cage alive, so it is closed at the end whatever the door does.
    """
    if door is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        listener = await cage.listen(DOOR_PORT)
        if listener is not None:
            stack.enter_context(listener)
            await stack.enter_async_context(door.serve(listener))
        shut = asyncio.create_task(door.shut())
        try:
            yield shut
        finally:
            shut.cancel()
            await asyncio.gather(shut, return_exceptions=True)
