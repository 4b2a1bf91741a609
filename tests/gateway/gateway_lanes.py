"""A gateway with one lane, and clients of it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from io import BytesIO
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from specrun.gateway.lane import LaneSettings
from specrun.gateway.server import open_gateway
from specrun.gateway.stub import Stub
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import PROTOCOLS, Item, Reply

PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}


class Says:
    """A model that always gives the same answer, and keeps what it was asked."""

    def __init__(self, answer=None) -> None:
        text = Item(kind="text", author="assistant", text="hello")
        self.said = answer or Reply(items=(text,), usage=Usage(input_tokens=10, output_tokens=5))
        self.asked = []

    async def answer(self, ask, body):
        self.asked.append((ask, body))
        return self.said


def everywhere(upstream) -> dict:
    return dict.fromkeys(PROTOCOLS, upstream)


def question(protocol: str = "chat", text: str = "hi", **more) -> dict:
    messages = [{"role": "user", "content": text}]
    if protocol == "responses":
        return {"model": "m", "input": messages, **more}
    return {
        "model": "m",
        "messages": messages,
        **({"max_tokens": 9} if protocol == "messages" else {}),
        **more,
    }


class Client:
    """Somebody who knows a lane."""

    def __init__(self, lane, session) -> None:
        self.lane = lane
        self.session = session

    async def ask(self, protocol="chat", body=None, path=None, headers=None, **more):
        """Status and body of the answer to a POST."""
        data = body if isinstance(body, bytes) else json.dumps(body or question(protocol, **more)).encode()
        url = URL(self.lane.base_url + (path or PATHS[protocol]), encoded=True)
        head = {"Authorization": f"Bearer {self.lane.token}", **(headers or {})}
        async with self.session.post(url, data=BytesIO(data), headers=head) as response:
            return response.status, await response.read()

    async def get(self, path, method="GET", **headers):
        head = {"x-api-key": self.lane.token, **headers}
        async with self.session.request(method, self.lane.base_url + path, headers=head) as response:
            return response.status, await response.read()


@asynccontextmanager
async def one_lane(upstream=None, model=None, gateway_limits=None, tape=None, **settings):
    """A client, whose lane has the exchanges that it gave in `heard`."""
    heard = []
    given = {
        "name": "trial",
        "upstreams": everywhere(upstream or Stub(model or Says())),
        "on_exchange": heard.append,
        **settings,
    }
    async with (
        open_gateway(limits=gateway_limits) as gateway,
        gateway.open_lane(LaneSettings(**given)) as lane,
        aiohttp.ClientSession() as session,
    ):
        if tape:
            lane.play(tape)
        lane.heard = heard
        client = Client(lane, session)
        client.gateway = gateway
        yield client


async def raw(url: str, data: bytes) -> bytes:
    """What comes back for bytes on a socket, until it is closed."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(data)
        await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
