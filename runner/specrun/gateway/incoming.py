"""What comes in over a socket, before it means anything: where it wants to go, and its body."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web

from specrun.gateway.headers import KEYS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from specrun.gateway.lane import Lane

BODY_LIMIT = 32 * 1024 * 1024
"""Bytes of a request's body, decompressed."""
LANE_LIMIT = 4 * BODY_LIMIT
"""Bytes of the bodies of all requests of a lane that are under way."""


class BodyError(Exception):
    """A body that is not taken. The message is one line."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Target(NamedTuple):
    """A request's path, in its parts. Nothing is unescaped: there is one spelling of each."""

    prefix: str
    """The lane's."""
    below: str
    """The rest, with its slash."""
    query: str


def target_of(request: web.BaseRequest) -> Target:
    """Where a request wants to go."""
    path, _, query = request.raw_path.partition("?")
    prefix, slash, below = path.removeprefix("/").partition("/")
    return Target(prefix if path.startswith("/") else "", slash + below, query)


def tokens_of(request: web.BaseRequest) -> Iterator[str]:
    """The tokens that a client shows."""
    for name in KEYS:
        for value in request.headers.getall(name, ()):
            scheme, _, rest = value.partition(" ")
            yield rest.strip() if scheme.lower() == "bearer" else value


@asynccontextmanager
async def body_of(request: web.BaseRequest, lane: Lane) -> AsyncIterator[bytes]:
    """The whole body, decompressed. It counts for the lane while the context lasts. Raises BodyError."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise BodyError(_too_large(), 413)
    body = bytearray()
    try:
        async for chunk in _chunks(request):
            body += chunk
            lane.body_bytes += len(chunk)
            if len(body) > BODY_LIMIT:
                raise BodyError(_too_large(), 413)
            if lane.body_bytes > LANE_LIMIT:
                raise BodyError("too many large requests at once", 413)
        yield bytes(body)
    finally:
        lane.body_bytes -= len(body)


async def _chunks(request: web.BaseRequest) -> AsyncIterator[bytes]:
    try:
        while chunk := await request.content.readany():
            yield chunk
    except web.RequestPayloadError:
        raise BodyError("the body cannot be decompressed, or is not framed as its headers say", 400) from None


def _too_large() -> str:
    return f"a request is at most {BODY_LIMIT // 1024 // 1024} MiB"
