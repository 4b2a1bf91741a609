"""Work that is done at most once, whoever asks first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)


def once(make: Callable[[], Awaitable[Value]]) -> Callable[[], Awaitable[Value]]:
    """`make`, called at most once, whoever asks first."""
    lock = asyncio.Lock()
    made: list[Value] = []

    async def get() -> Value:
        async with lock:
            if not made:
                made.append(await make())
        return made[0]

    return get


def once_each(make: Callable[[Key], Awaitable[Value]]) -> Callable[[Key], Awaitable[Value]]:
    """`make`, called at most once for each key, whoever asks first; what fails is made again."""
    known: dict[Key, Callable[[], Awaitable[Value]]] = {}

    async def get(key: Key) -> Value:
        return await known.setdefault(key, once(lambda: make(key)))()

    return get
