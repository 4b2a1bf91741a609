"""Recording beside the work: a disk is slow, and nobody who waits for a model should wait for it too."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from specrun.gateway.tape import Taken, Tape

_MOST_WAITING = 64
"""Exchanges that are not written yet. With more, new requests wait."""


class TapeWriter:
    """Gives a tape what it is to keep, in order, in a thread. `failed` hears why something was not kept."""

    def __init__(self, tape: Tape, failed: Callable[[Exception], None]) -> None:
        self._tape = tape
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, "tape")
        self._waiting: list[asyncio.Future[None]] = []

    def keep(self, taken: Taken) -> None:
        """Have it kept soon."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._tape.keep, taken)
        self._waiting.append(done)
        done.add_done_callback(self._ended)

    def _ended(self, done: asyncio.Future[None]) -> None:
        self._waiting.remove(done)
        error = done.exception()
        if isinstance(error, Exception):
            self._failed(error)

    async def room(self) -> None:
        """Wait while too much is not written yet."""
        while len(self._waiting) > _MOST_WAITING:
            await asyncio.wait(self._waiting[:1])

    async def close(self) -> None:
        """Wait until all is kept."""
        while self._waiting:
            await asyncio.wait(self._waiting)
        self._thread.shutdown()
