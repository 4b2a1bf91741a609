"""A fake provider that streams, and clients that see whether its streams come through whole."""

from __future__ import annotations

import asyncio
import json
import time
from urllib.parse import urlsplit

EVENTS, PROMPTS = 200, 40
WORDS = EVENTS - 3
"""Events with a piece of text: all but the first, the one with the reason of the end, and the end itself."""
PAUSE = 0.002


def event(delta: dict, stop: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": stop}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "fake"}
    return b"data: " + json.dumps(head | {"choices": [choice]}).encode() + b"\n\n"


def frames() -> list[bytes]:
    said = [event({"role": "assistant", "content": ""})]
    said += [event({"content": f" word{number}"}) for number in range(WORDS)]
    said += [event({}, "stop"), b"data: [DONE]\n\n"]
    return [b"%x\r\n%b\r\n" % (len(each), each) for each in said]


async def provider() -> None:
    """Answers every request with the events; a path with `slow` in it gets them with pauses."""
    sent = frames()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = next(
                    (line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b""
                )
                body = await reader.readexactly(int(length.partition(b":")[2] or 0))
                pause = PAUSE if b"slow" in body else 0
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
                writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
                for frame in sent:
                    writer.write(frame)
                    await asyncio.sleep(pause)
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "-", flush=True)
    await server.serve_forever()


class Client:
    """Asks over connections of its own, and sees that every answer is whole."""

    def __init__(self, base_url: str, token: str, *, verbatim: bool = True) -> None:
        """Not `verbatim`: the answer is written anew, and may have other events."""
        parts = urlsplit(base_url)
        self.address = (parts.hostname, parts.port)
        self.verbatim = verbatim
        self.head = (
            f"POST {parts.path}/v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )

    def request(self, prompt: str) -> bytes:
        messages = [{"role": "user", "content": prompt + " hello" * 200}]
        body = json.dumps({"model": "fake", "stream": True, "messages": messages}).encode()
        return f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    async def ask(self, prompts: list[str], took: list[float]) -> None:
        reader, writer = await asyncio.open_connection(*self.address)
        for prompt in prompts:
            start = time.perf_counter()
            writer.write(self.request(prompt))
            said = bytearray()
            while not said.endswith(b"0\r\n\r\n"):
                data = await reader.read(65536)
                assert data, f"closed: {said[-400:]!r}"
                said += data
                assert said.startswith(b"HTTP/1.1 200"), said[:400]
            took.append(time.perf_counter() - start)
            words = said.count(b'" word')
            assert words == WORDS, f"{words} words: {said[-400:]!r}"
            assert b"[DONE]" in said, f"no end: {said[-400:]!r}"
            assert not self.verbatim or said.count(b"\n\n") == EVENTS, f"other events: {said[-400:]!r}"
        writer.close()

    async def load(self, clients: int, requests: int, prompt: str = "say") -> tuple[list[float], float]:
        """Seconds of each request, and of all."""
        took: list[float] = []
        each = max(1, requests // clients)
        prompts = [[f"{prompt} {(n * each + i) % PROMPTS}" for i in range(each)] for n in range(clients)]
        start = time.perf_counter()
        await asyncio.gather(*(self.ask(mine, took) for mine in prompts))
        return took, time.perf_counter() - start
