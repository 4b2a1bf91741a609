"""Sockets on which the gateway hears: each with connections of its own, which end with it."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

HEAD_LIMIT = 64 * 1024
"""Bytes of a request line, and of a header."""
BACKLOG = 512
"""Connections that wait to be taken."""

_LINGERING = 2.0
"""Seconds for which the rest of a refused body is still read, so that the client gets to see the refusal."""

_LAST = 0.001
"""Seconds that a request under way has when its site is closed. 0 would mean all the time it likes."""

_SILENT = logging.getLogger("specrun.gateway")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


@asynccontextmanager
async def listening(
    handle: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
    site: Callable[[web.ServerRunner], web.BaseSite],
) -> AsyncIterator[web.ServerRunner]:
    """Have requests at a site handled. When the context is left it is closed, and its connections dropped.

    Raises OSError.
    """
    server = web.Server(
        handle,
        handler_cancellation=True,
        access_log=None,
        logger=_SILENT,
        max_line_size=HEAD_LIMIT,
        max_field_size=HEAD_LIMIT,
        lingering_time=_LINGERING,
    )
    runner = web.ServerRunner(server, shutdown_timeout=_LAST)
    await runner.setup()
    try:
        await site(runner).start()
        yield runner
    finally:
        await runner.cleanup()
