"""What the gateway needs of a cassette: an answer before it asks, and a place for what it was told."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import msgspec

from specrun.gateway.upstream import Answer, Origin, whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from specrun.gateway.upstream import Call
    from specrun.gateway.wire.base import Ask, Reply


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it was recorded, in the form that the request wants."""

    status: int
    content_type: str
    body: bytes
    origin: Origin


class Miss(msgspec.Struct, frozen=True):
    """There is no such answer. The text says what was asked and what is there instead."""

    text: str


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange with an upstream, to be recorded. Of one that failed there may be only a status."""

    ask: Ask
    body: bytes
    """Of the request, as the client sent it."""
    status: int
    content_type: str = ""
    answer: bytes = b""
    """As the upstream sent it, whether the client was shown all of it or not."""
    reply: Reply | None = None
    """What it says. None if it cannot be read."""
    whole: bool
    """Whether it succeeded and came to its end."""
    notes: tuple[str, ...] = ()


class Tape(Protocol):
    """A cassette in use."""

    def answer(self, ask: Ask, body: bytes) -> Recorded | Miss | None:
        """The answer to a request. None: the upstream is to be asked."""

    def keep(self, taken: Taken) -> None:
        """Record what an upstream answered, so that it outlives this process.

        Called from a thread, but never twice at once. Raises OSError if it cannot be done.
        """

    def sync(self) -> None:
        """Have all that was kept on the disk. Called and raises as `keep`."""


class Replay:
    """An upstream that says what was recorded, at once."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded

    @asynccontextmanager
    async def send(self, call: Call) -> AsyncIterator[Answer]:  # noqa: ARG002  # every upstream is asked so
        """Give the recorded answer."""
        said = self._recorded
        headers = (("content-type", said.content_type),)
        yield Answer(status=said.status, headers=headers, content=whole(said.body), origin=said.origin)
