"""The listener of the gateway: one port for all lanes, and nothing on it for whoever has no lane."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from specrun.gateway.budget import Limits, Purse
from specrun.gateway.headers import of_client
from specrun.gateway.incoming import BodyError, Target, body_of, target_of, tokens_of
from specrun.gateway.lane import Lane, LaneSettings
from specrun.gateway.listening import BACKLOG, listening
from specrun.gateway.model_names import described
from specrun.gateway.question import Question
from specrun.gateway.serving import sent, serve
from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.errors import error
from specrun.gateway.wire.routing import route_of

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator
    from typing import Literal

    from specrun.gateway.upstream import ModelRoute
    from specrun.gateway.wire.base import ProtocolName
    from specrun.gateway.wire.errors import ErrorKind


class Gateway:
    """What `open_gateway` gives."""

    def __init__(self, limits: Limits) -> None:
        self.purse = Purse(limits, "run")
        """What all lanes together may use."""
        self.url = ""
        self._lanes: dict[str, Lane] = {}

    @asynccontextmanager
    async def open_lane(self, settings: LaneSettings) -> AsyncIterator[Lane]:
        """Let a trial in. When the context is left, whatever it still asks is broken off and refused."""
        lane = Lane(settings, self.url, self.purse)
        self._lanes[lane.prefix] = lane
        try:
            yield lane
        finally:
            del self._lanes[lane.prefix]
            await lane.close()

    @asynccontextmanager
    async def attach(self, listener: socket.socket, lane: Lane) -> AsyncIterator[None]:
        """Serve one lane on a further socket too, which listens already. No other lane is to be found there.

        When the context is left, the socket is closed and every connection that came in over it is dropped.
        """
        async with listening(
            partial(self.handle, only=lane), lambda runner: web.SockSite(runner, listener, backlog=BACKLOG)
        ):
            yield

    async def handle(self, request: web.BaseRequest, only: Lane | None = None) -> web.StreamResponse:
        """Answer one request, of anybody; `only` for one lane, where that is given."""
        target = target_of(request)
        if target == Target("", "", target.query) and request.method in ("GET", "HEAD"):
            return _alive()
        lane = self._lanes.get(target.prefix)
        if lane is None or only not in (None, lane) or not lane.admits(tokens_of(request)):
            return _refused(target, "unauthorized", "no such trial, or not its token")
        with lane.visit(request.task):
            try:
                return await _route(lane, request, target)
            except ConnectionError:
                raise
            except Exception as defect:  # an owner must hear of it, and an agent must not
                lane.stop("infra_error", f"{type(defect).__name__}: {defect}")
                return _refused(target, "defect", "the gateway failed")


@asynccontextmanager
async def open_gateway(
    host: str = "127.0.0.1", port: int = 0, limits: Limits | None = None
) -> AsyncIterator[Gateway]:
    """Listen, by default on a free port that only this machine reaches. Raises OSError."""
    gateway = Gateway(limits or Limits())
    async with listening(
        gateway.handle, lambda runner: web.TCPSite(runner, host, port, backlog=BACKLOG)
    ) as runner:
        bound = runner.addresses[0]
        gateway.url = f"http://{f'[{host}]' if ':' in host else host}:{bound[1]}"
        yield gateway


async def _route(lane: Lane, request: web.BaseRequest, target: Target) -> web.StreamResponse:
    if request.headers.get("upgrade", "").lower() == "websocket":
        return web.Response(status=426, headers={"Connection": "close"}, text="no WebSocket here\n")
    if target.below in ("", "/") and request.method in ("GET", "HEAD"):
        return _alive()
    route = route_of(request.method, target.below)
    if route is None or not request.raw_path.isascii():
        return _refused(target, "bad_request", "the gateway does not serve this path", 404)
    if route.name == "models":
        return _json(described(route.model) if route.model else lane.settings.models.listing())
    return await _answered(lane, request, target, route.name)


async def _answered(
    lane: Lane, request: web.BaseRequest, target: Target, name: ModelRoute | Literal["count_tokens"]
) -> web.StreamResponse:
    try:
        async with body_of(request, lane) as body:
            headers = of_client(request.headers.items())
            if name == "count_tokens":  # a question without an answer
                counted = Question("messages", body, lane.settings.models)
                return _json({"input_tokens": lane.forecast.prompt(counted.characters)})
            question = Question(name, body, lane.settings.models, target.query, headers)
            return await serve(lane, request, question)
    except BodyError as refused:
        answer = _refused(target, "bad_request", str(refused), refused.status)
        answer.force_close()  # the rest of the body may still be on its way
        return answer
    except WireError as wrong:
        return _refused(target, "bad_request", str(wrong))


def _alive() -> web.Response:
    return web.Response(text="specrun gateway\n")


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _refused(target: Target, kind: ErrorKind, message: str, status: int | None = None) -> web.Response:
    """An error, in the words of the protocol that the path looks like."""
    return sent(error(_spoken(target.below), kind, message, status))


def _spoken(path: str) -> ProtocolName:
    if path.startswith("/v1/messages"):
        return "messages"
    return "responses" if path.startswith("/v1/responses") else "chat"
