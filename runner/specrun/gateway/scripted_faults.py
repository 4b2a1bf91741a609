"""Attempts to get a scripted answer that go wrong, as its spec wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.stub import Fault
from specrun.gateway.wire.errors import error

if TYPE_CHECKING:
    from specrun.gateway.wire.base import Ask
    from specrun.gateway.wire.errors import ErrorKind
    from specrun.spec.models.model import Fault as Declared

NONSENSE = b"<html>neither JSON nor an event</html>\n"


def broken(declared: Declared, ask: Ask, answer: Fault) -> Fault:
    """What an attempt to get the answer is given instead: an error, nonsense, or a part of the answer.

    A stream is cut behind an event, an answer in one piece in its middle.
    """
    if declared.status is not None:
        return _refusal(declared.status, declared.retry_after, ask)
    if declared.malformed:
        return msgspec.structs.replace(answer, chunks=(NONSENSE,))
    begun = answer.chunks[: declared.cut] if ask.stream else _half(answer.chunks)
    return msgspec.structs.replace(answer, chunks=begun, cut=True)


def _half(chunks: tuple[bytes, ...]) -> tuple[bytes, ...]:
    body = b"".join(chunks)
    return (body[: len(body) // 2],)


def _refusal(status: int, retry_after: int | None, ask: Ask) -> Fault:
    """An error of the provider's. Unlike the gateway's own ones it does not forbid to try again."""
    said = error(ask.protocol, _kind(status), "this attempt fails because the script says so", status)
    headers = [("content-type", "application/json")]
    if retry_after is not None:
        headers.append(("retry-after", str(retry_after)))
    return Fault(status=status, headers=tuple(headers), chunks=(said.body,))


def _kind(status: int) -> ErrorKind:
    if status == 401:
        return "unauthorized"
    return "upstream" if status == 429 or status >= 500 else "bad_request"
