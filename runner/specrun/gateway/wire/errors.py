"""Errors that the gateway itself answers with, in the protocol's words.

Their status codes are those that make the most agents give up at once. No code stops all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from specrun.gateway.wire.base import ProtocolName

ErrorKind = Literal["budget", "miss", "unauthorized", "bad_request", "defect", "upstream"]
"""A limit is reached; a replay has no such exchange; no valid token; no such request; the gateway cannot go
on; the provider does not answer."""

_FINAL: dict[ProtocolName, int] = {"chat": 401, "responses": 400, "messages": 403}
"""What a budget or a miss is answered with."""

_STATUSES: dict[ErrorKind, int] = {"unauthorized": 401, "bad_request": 400, "defect": 502, "upstream": 502}

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""What a provider is soon over with. Whether to ask it again is for the client to decide."""

_OPENAI: dict[ErrorKind, tuple[str, str | None]] = {
    "budget": ("insufficient_quota", "insufficient_quota"),
    "miss": ("invalid_request_error", "cassette_miss"),
    "unauthorized": ("invalid_request_error", "invalid_api_key"),
    "bad_request": ("invalid_request_error", None),
    "defect": ("server_error", None),
    "upstream": ("server_error", None),
}
"""Type and code."""

_ANTHROPIC: dict[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
}
"""Type by status; any other is an `api_error`."""


class ErrorAnswer(NamedTuple):
    """What is to be sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def error(protocol: ProtocolName, kind: ErrorKind, message: str, status: int | None = None) -> ErrorAnswer:
    """An error, which says if it is not worth a retry. `status` replaces the usual one of the kind."""
    status = status or _STATUSES.get(kind) or _FINAL[protocol]
    said: dict[str, object]
    if protocol == "messages":
        said = {"type": "error", "error": {"type": _ANTHROPIC.get(status, "api_error"), "message": message}}
    else:
        form, code = _OPENAI[kind]
        said = {"error": {"message": message, "type": form, "param": None, "code": code}}
    headers = {"content-type": "application/json"}
    if kind != "upstream" or status not in _PASSING:
        headers["x-should-retry"] = "false"
    return ErrorAnswer(status, headers, msgspec.json.encode(said))
