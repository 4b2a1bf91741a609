"""Where a request goes: a provider, a stub, a cassette. All of them answer alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from specrun.gateway.wire.base import Ask, ProtocolName

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

ModelRoute = ProtocolName | Literal["embeddings"]
"""What a model works on: conversations, and texts to embed."""

SSE = "text/event-stream"

Headers = tuple[tuple[str, str], ...]


class UpstreamError(Exception):
    """No answer, or one that ends too early. The message is one line, and may be shown to an agent."""

    def __init__(self, message: str, *, sent: bool, status: int = 502) -> None:
        super().__init__(message)
        self.sent = sent
        """Whether the model may have worked, and the provider may bill it."""
        self.status = status


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it leaves the gateway."""

    route: ModelRoute
    query: str = ""
    """As the client wrote it."""
    headers: Headers = ()
    """Those of the client that concern the model, not the connection or the key."""
    body: bytes
    ask: Ask | None = None
    """It wants usage in streams, whatever the client wants. None for what is no conversation."""
    seed: str = ""
    """What ids are made of if the answer has none of its own."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a replayed answer comes from."""

    place: int
    """Among the exchanges of the cassette, from 0."""
    characters: int
    """Of the request in its normal form, which is the same wherever it is replayed."""
    drift: tuple[str, ...] = ()
    """How the request differs from the recorded one, in lines for people."""
    ask: Ask | None = None
    """The recorded request, in its normal form, where the request differs from it."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it comes in."""

    status: int
    headers: Headers
    content: AsyncGenerator[bytes, None]
    """Raises UpstreamError where it is cut."""
    origin: Origin | None = None
    """None: it is not from a cassette."""

    @property
    def content_type(self) -> str:
        """Without its parameters, in lower case; empty if the answer has none."""
        found = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return found.partition(";")[0].strip().lower()


class Upstream(Protocol):
    """Something that answers."""

    def send(self, call: Call) -> AbstractAsyncContextManager[Answer]:
        """Ask, and give the answer while it comes in; leaving the context before its end gives it up.

        Raises UpstreamError.
        """


async def whole(body: bytes) -> AsyncGenerator[bytes, None]:
    """A body that is all there."""
    yield body
