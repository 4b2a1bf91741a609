"""A provider on a socket that sends exactly the bytes it is told to, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

from specrun.gateway.provider import Provider, ProviderSettings

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
KEY = "provider-key-4711"


def with_length(body: bytes, head: bytes = JSON) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def chat_answer(text: str = "hello", usage: dict | None = None) -> bytes:
    message = {"role": "assistant", "content": text}
    said = {
        "id": "c1",
        "model": "real",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    return json.dumps(said | ({"usage": usage} if usage else {})).encode()


def chat_events(*texts: str, usage: dict | None = None) -> list[bytes]:
    """The events of a Chat stream. Their spelling is unusual, so that a rewritten one would be noticed."""
    chunks = [{"id": "c1", "choices": [{"index": 0, "delta": {"content": text}}]} for text in texts]
    chunks.append({"id": "c1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if usage:
        chunks.append({"id": "c1", "choices": [], "usage": usage})
    return [b"data:   " + json.dumps(one).encode() + b"\r\n\r\n" for one in chunks] + [b"data: [DONE]\n\n"]


def stream(events: list[bytes]) -> bytes:
    return SSE + b"".join(map(chunk, events)) + END


class FakeProvider:
    """`script` is given the stream to write to, for each request; by default it sends a Chat answer."""

    def __init__(self, script) -> None:
        self.script = script
        self.asked: list[tuple[bytes, bytes]] = []
        self.open = 0
        self.left = asyncio.Event()
        """Set when a client went away."""

    async def serve(self, reader, writer) -> None:
        self.open += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lengths = [
                    line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
                ]
                body = await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)
                self.asked.append((head, body))
                await self.script(writer)
                if writer.is_closing():
                    break
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            self.left.set()
            writer.close()

    def header(self, name: str, number: int = -1) -> list[str]:
        """The values of a header of a request."""
        lines = (line.partition(b":") for line in self.asked[number][0].split(b"\r\n"))
        return [value.strip().decode() for key, _, value in lines if key.lower() == name.encode()]


def saying(data: bytes):
    """A script that sends the same bytes every time."""

    async def script(writer):
        writer.write(data)

    return script


def saying_and_hanging_up(data: bytes):
    async def script(writer):
        writer.write(data)
        await writer.drain()
        writer.close()

    return script


USUAL = saying(with_length(chat_answer()))


@asynccontextmanager
async def fake_provider(script=USUAL):
    """A fake, and its base URL as an OpenAI client writes it."""
    fake = FakeProvider(script)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0, limit=1 << 25)
    try:
        yield fake, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/some/v1"
    finally:
        server.close()


@asynccontextmanager
async def provider(script=USUAL, **settings):
    """A fake, and the upstream that asks it."""
    async with fake_provider(script) as (fake, url):
        declared = ProviderSettings(base_url=url, key_env="THE_KEY", **settings)
        async with Provider(declared, {"THE_KEY": KEY}) as upstream:
            yield fake, upstream
