"""A door for tests: behind it, a small HTTP server answers every request with one word."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from specrun.workspaces.base import DOOR_PORT

FETCH = f"""\
import urllib.request
with urllib.request.urlopen("http://127.0.0.1:{DOOR_PORT}/", timeout=60) as answer:
    print(answer.read().decode())
"""
"""What a command runs to read the word, in Python."""


class FrontDoor:
    """Says `word` to whoever asks, when as many have come as `guests` waits for. It is never shut."""

    def __init__(self, word: str = "hello", guests: int = 1) -> None:
        self.asked = asyncio.Event()
        self.served = 0
        self.left = False
        self.listeners: list[socket.socket] = []
        self._word = word
        self._guests = asyncio.Barrier(guests)
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def serve(self, listener: socket.socket) -> AsyncIterator[None]:
        self.listeners.append(listener)
        server = await asyncio.start_server(self._answer, sock=listener)
        try:
            yield
        finally:
            server.close()
            for writer in self._open:
                writer.transport.abort()

    async def shut(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.left = True
            raise

    async def let_in(self) -> None:
        """Come as one more guest."""
        await self._guests.wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        await self._guests.wait()
        self.served += 1
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + self._word.encode())
        writer.close()


class ShyDoor(FrontDoor):
    """It is shut as soon as somebody has asked, and nobody is answered."""

    def __init__(self) -> None:
        super().__init__(guests=2)

    async def shut(self) -> None:
        await self.asked.wait()
