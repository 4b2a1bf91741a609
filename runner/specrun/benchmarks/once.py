"""Work that is done at most once, whoever asks first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Value = TypeVar("Value")


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
