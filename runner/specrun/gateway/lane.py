"""A lane: what one trial may ask, of whom, for how much, and what came of it."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import contextmanager
from hmac import compare_digest
from typing import TYPE_CHECKING, Literal

import msgspec

from specrun.gateway.budget import Limits, Purse
from specrun.gateway.forecast import Forecast
from specrun.gateway.meter import Exchange, Meter
from specrun.gateway.model_names import ModelNames
from specrun.gateway.prices import PriceTable
from specrun.gateway.tape_writer import TapeWriter
from specrun.gateway.upstream import Upstream
from specrun.gateway.wire.base import ProtocolName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from specrun.gateway.tape import Taken, Tape

HaltReason = Literal["budget_exceeded", "cassette_miss", "infra_error"]


class Halt(msgspec.Struct, frozen=True):
    """Why a lane answers nothing any more."""

    reason: HaltReason
    text: str
    purse: str | None = None
    """Whose limit was reached: `trial` or `run`."""


def _unheard(_: Exchange) -> None:
    """Nobody listens."""


class LaneSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a lane is opened with."""

    name: str
    """The trial, for the books and for the ids of scripted answers."""
    upstreams: dict[ProtocolName, Upstream]
    """Embeddings go with Chat."""
    models: ModelNames = ModelNames()
    limits: Limits = Limits()
    prices: PriceTable | None = None
    stage: str = "agent"
    on_exchange: Callable[[Exchange], None] = _unheard
    """Hears of every request when it is over. May raise OSError, which halts the lane."""


class Lane:
    """What `open_lane` gives. The base URL and the token are all that the trial is told."""

    def __init__(self, settings: LaneSettings, root: str, run: Purse) -> None:
        self.settings = settings
        self.prefix = secrets.token_hex(8)
        self.token = f"sk-{secrets.token_hex(24)}"
        self.base_url = f"{root}/{self.prefix}"
        """Without `/v1`, as Anthropic's clients want it."""
        self.stage = settings.stage
        """To be set by the owner whenever the trial enters another one."""
        self.tape: Tape | None = None
        self._writer: TapeWriter | None = None
        self.purse = Purse(settings.limits, "trial")
        self.purses = (self.purse, run)
        self.meter = Meter()
        self.forecast = Forecast()
        self.halted = asyncio.Event()
        """Set when `halt` is: it is time to end the trial."""
        self.halt: Halt | None = None
        self.body_bytes = 0
        """Of all requests under way."""
        self._numbers = 0
        self._failed: set[bytes] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def admits(self, tokens: Iterable[str]) -> bool:
        """Whether the lane's token is among them."""
        ours = self.token.encode()
        return any(compare_digest(token.encode(errors="replace"), ours) for token in tokens)

    def play(self, tape: Tape) -> None:
        """Answer from a cassette, or record on one. To be called before anybody is told of the lane."""
        self.tape = tape
        self._writer = TapeWriter(tape, self._not_written)

    def next_number(self) -> int:
        """The number of a request that comes in."""
        self._numbers += 1
        return self._numbers

    def has_failed(self, digest: bytes) -> bool:
        """Whether the last request with this digest has failed."""
        return digest in self._failed

    def stop(self, reason: HaltReason, text: str, purse: str | None = None) -> None:
        """Answer nothing any more. The first reason stays."""
        if self.halt is None:
            self.halt = Halt(reason, text, purse)
            self.halted.set()

    def book(self, exchange: Exchange, digest: bytes, taken: Taken | None) -> None:
        """Write down a request that is over. What cannot be written down halts the lane."""
        (self._failed.add if exchange.ending == "failed" else self._failed.discard)(digest)
        self.meter.add(exchange)
        if self._writer and taken:
            self._writer.keep(taken)
        try:
            self.settings.on_exchange(exchange)
        except OSError as error:
            self._not_written(error)

    def _not_written(self, error: Exception) -> None:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        self.stop("infra_error", f"an exchange could not be written down: {said}")

    async def room(self) -> None:
        """Wait while too much is not written down yet."""
        if self._writer:
            await self._writer.room()

    @contextmanager
    def visit(self, task: asyncio.Task[None]) -> Iterator[None]:
        """Work in the task is for this lane, and ends with it."""
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def close(self) -> None:
        """Break off everything under way, and have the rest written down."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._writer:
            await self._writer.close()
