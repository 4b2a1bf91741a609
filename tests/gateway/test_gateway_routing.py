from __future__ import annotations

import pytest

from specrun.gateway.wire.routing import Route, route_of


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("POST", "/v1/chat/completions", Route("chat")),
        ("POST", "/v1/responses", Route("responses")),
        ("POST", "/v1/messages?beta=true", Route("messages")),
        ("POST", "/v1/messages/count_tokens?beta=true", Route("count_tokens")),
        ("POST", "/v1/embeddings", Route("embeddings")),
        ("GET", "/v1/models", Route("models")),
        ("GET", "/v1/models?limit=5", Route("models")),
        ("GET", "/v1/models/gpt-5-mini", Route("models", "gpt-5-mini")),
        ("GET", "/v1/models/org/model", Route("models", "org/model")),
        ("GET", "/v1/models/org%2Fmodel", Route("models", "org/model")),
    ],
)
def test_what_is_served(method, path, route):
    assert route_of(method, path) == route


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/messages"),
        ("GET", "/v1/responses"),
        ("POST", "/v1/models"),
        ("DELETE", "/v1/models/gpt"),
        ("GET", "/v1/models/"),
        ("GET", "/v1/modelsx"),
        ("POST", "/v1/messages/"),
        ("POST", "/v1//messages"),
        ("POST", "/v1/x/../messages"),
        ("POST", "/v1/%6dessages"),
        ("POST", "/V1/messages"),
        ("POST", "/v1/messages/batches"),
        ("POST", "v1/messages"),
        ("post", "/v1/messages"),
        ("POST", "?/v1/messages"),
        ("POST", ""),
    ],
)
def test_what_is_not(method, path):
    assert route_of(method, path) is None
