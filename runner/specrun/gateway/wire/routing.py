"""Which request is which: the paths of the protocols, exactly as clients write them."""

from __future__ import annotations

from typing import Literal, NamedTuple
from urllib.parse import unquote

RouteName = Literal["chat", "responses", "messages", "count_tokens", "embeddings", "models"]

_POSTS: dict[str, RouteName] = {
    "/v1/chat/completions": "chat",
    "/v1/responses": "responses",
    "/v1/messages": "messages",
    "/v1/messages/count_tokens": "count_tokens",
    "/v1/embeddings": "embeddings",
}
_MODELS = "/v1/models"


class Route(NamedTuple):
    """What is asked for, and of which model if the path says so."""

    name: RouteName
    model: str | None = None


def route_of(method: str, path: str) -> Route | None:
    """The route of a path below a trial's prefix, with or without a query. None if there is none.

    There is one spelling of each path: no doubled slashes, dots, escapes or other case. The id of a model
    may be escaped and may have slashes.
    """
    path = path.partition("?")[0]
    if method == "POST" and path in _POSTS:
        return Route(_POSTS[path])
    if method == "GET" and path == _MODELS:
        return Route("models")
    model = path.removeprefix(f"{_MODELS}/")
    if method == "GET" and model not in (path, ""):
        return Route("models", unquote(model))
    return None
