"""Recording beside the work: a disk is slow, and nobody who waits for a model should wait for it too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.gateway.tape import Taken, Tape

_MOST_WAITING = 64
"""Exchanges that are not being written yet. With more, new requests wait."""

Errors = list[Exception]
Work = Callable[[], None]


class TapeWriter:
    """Gives a tape what it is to keep, in order, in a thread. `failed` hears why something was not kept."""

    def __init__(self, tape: Tape, failed: Callable[[Exception], None]) -> None:
        self._tape = tape
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, "tape")
        self._waiting: list[Taken] = []
        self._writing: asyncio.Future[Errors] | None = None

    def keep(self, taken: Taken) -> None:
        """Have it kept soon."""
        self._waiting.append(taken)
        if len(self._waiting) == 1:  # not at once: the client is to hear the end of its answer first
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        """Have all that waits kept at once: to wake a thread costs as much as to write a line."""
        if self._writing or not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        self._writing = self._begun([partial(self._tape.keep, taken) for taken in batch])
        self._writing.add_done_callback(self._written)

    def _written(self, done: asyncio.Future[Errors]) -> None:
        self._writing = None
        for error in done.result():
            self._failed(error)
        self._write()

    async def room(self) -> None:
        """Wait while too much is not written yet."""
        while self._writing and len(self._waiting) > _MOST_WAITING:
            await asyncio.wait([self._writing])

    async def close(self) -> None:
        """Wait until all is kept, and on the disk."""
        self._write()
        while self._writing:
            await asyncio.wait([self._writing])
        for error in await self._begun([self._tape.sync]):
            self._failed(error)
        self._thread.shutdown()

    def _begun(self, works: list[Work]) -> asyncio.Future[Errors]:
        return asyncio.get_running_loop().run_in_executor(self._thread, _errors, works)


def _errors(works: list[Work]) -> Errors:
    """Do all of it, and give what went wrong."""
    errors: Errors = []
    for work in works:
        try:
            work()
        except Exception as error:  # whatever it is, an owner must hear of it
            errors.append(error)
    return errors
