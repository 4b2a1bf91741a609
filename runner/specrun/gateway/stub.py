"""Models that are Python: for scripted answers, and for faults on demand. No socket is needed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import msgspec

from specrun.gateway.upstream import SSE, Answer, UpstreamError
from specrun.gateway.wire.base import Ask, Reply, WireError
from specrun.gateway.wire.registry import WIRES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from specrun.gateway.upstream import Call, Headers


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """An answer in raw form: an error, a stream that is cut, nonsense, or one that takes its time."""

    status: int = 200
    headers: Headers = (("content-type", "application/json"),)
    chunks: tuple[bytes, ...] = ()
    pause: float = 0.0
    """Seconds before each chunk."""
    cut: bool = False
    """Whether the connection breaks behind the last chunk."""


class Model(Protocol):
    """What a stub asks."""

    async def answer(self, ask: Ask, body: bytes) -> Reply | Fault:
        """The answer to a request."""


class Stub:
    """An upstream around a `Model`: renders its replies in the protocol and mode that the request wants."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @asynccontextmanager
    async def send(self, call: Call) -> AsyncIterator[Answer]:
        """Ask the model. Raises UpstreamError for what it cannot say in the protocol."""
        if call.ask is None:
            raise UpstreamError("this model only converses", sent=False, status=404)
        said = await self._model.answer(call.ask, call.body)
        fault = said if isinstance(said, Fault) else rendered(said, call.ask, call.seed)
        yield Answer(status=fault.status, headers=fault.headers, content=_content(fault))


def rendered(reply: Reply, ask: Ask, seed: str) -> Fault:
    """A reply as it goes over the wire. Raises UpstreamError if that cannot be."""
    wire = WIRES[ask.protocol]
    try:
        if ask.stream:
            chunks = tuple(wire.write_stream(reply, ask, seed))
            return Fault(headers=(("content-type", SSE),), chunks=chunks)
        return Fault(chunks=(wire.write_reply(reply, ask, seed),))
    except WireError as error:
        raise UpstreamError(f"the answer cannot be written: {error}", sent=False) from None


async def _content(fault: Fault) -> AsyncGenerator[bytes, None]:
    for chunk in fault.chunks:
        if fault.pause:
            await asyncio.sleep(fault.pause)
        yield chunk
    if fault.cut:
        raise UpstreamError("the answer was cut", sent=True)
