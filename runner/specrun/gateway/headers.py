"""Headers that pass the gateway. What concerns one connection, or says who somebody is, never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.gateway.upstream import Headers

_CONNECTION = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

KEYS = ("authorization", "x-api-key")
"""Where clients put their key. A Messages client may send both."""

_OF_CLIENTS = _CONNECTION | {
    *KEYS,
    "accept-encoding",
    "api-key",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "x-goog-api-key",
}
_OF_PROVIDERS = _CONNECTION | {
    "alt-svc",
    "anthropic-organization-id",
    "date",
    "openai-organization",
    "openai-project",
    "server",
    "set-cookie",
}


def of_client(headers: Iterable[tuple[str, str]]) -> Headers:
    """What a client's request says to the model."""
    return _passing(headers, _OF_CLIENTS)


def of_provider(headers: Iterable[tuple[str, str]]) -> Headers:
    """What a provider's answer says to the client, and not about whose key it was."""
    return _passing(headers, _OF_PROVIDERS)


def _passing(headers: Iterable[tuple[str, str]], kept_back: frozenset[str]) -> Headers:
    """Also kept back: what the `Connection` header names, and what says from where a request came."""
    given = tuple(headers)
    named = {
        word.strip().lower()
        for name, value in given
        if name.lower() == "connection"
        for word in value.split(",")
    }
    return tuple(
        (name, value)
        for name, value in given
        if not (lower := name.lower()).startswith("x-forwarded-")
        and lower not in kept_back
        and lower not in named
    )
