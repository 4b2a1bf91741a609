from __future__ import annotations

import json
from typing import get_args

import pytest

from specrun.gateway.wire.base import PROTOCOLS
from specrun.gateway.wire.errors import ErrorKind, error


@pytest.mark.parametrize("kind", get_args(ErrorKind))
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_error_is_in_the_words_of_its_protocol(protocol, kind):
    status, headers, body = error(protocol, kind, 'no "more" money')
    assert headers["content-type"] == "application/json"
    assert 400 <= status < 600
    said = json.loads(body)
    assert said["error"]["message"] == 'no "more" money'
    assert said["error"]["type"]
    assert (said.get("type") == "error") == (protocol == "messages")


@pytest.mark.parametrize(("protocol", "status"), [("chat", 401), ("responses", 400), ("messages", 403)])
def test_the_statuses_that_stop_most_agents(protocol, status):
    assert error(protocol, "budget", "x").status == error(protocol, "miss", "x").status == status
    assert [error(protocol, kind, "x").status for kind in get_args(ErrorKind)[2:]] == [401, 400, 502, 502]


@pytest.mark.parametrize(
    ("kind", "status", "final"),
    [
        *((kind, None, True) for kind in get_args(ErrorKind) if kind != "upstream"),
        ("budget", 429, True),
        ("defect", 503, True),
        ("upstream", None, False),
        ("upstream", 404, True),
        ("upstream", 429, False),
        ("upstream", 503, False),
        ("upstream", 504, False),
    ],
)
def test_only_what_may_pass_by_itself_is_worth_a_retry(kind, status, final):
    headers = error("messages", kind, "x", status).headers
    assert headers.get("x-should-retry") == ("false" if final else None)


def test_the_status_is_a_setting():
    status, _, body = error("messages", "budget", "x", status=429)
    assert (status, json.loads(body)["error"]["type"]) == (429, "rate_limit_error")
    assert json.loads(error("chat", "budget", "x", status=429).body)["error"]["code"] == "insufficient_quota"
