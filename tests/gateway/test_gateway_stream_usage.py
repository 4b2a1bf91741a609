from __future__ import annotations

import json

import pytest
from gateway_strategies import ask, cut, json_values, places, replies
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Reply, WireError
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.stream_usage import UsageHider, want_usage

CHAT = WIRES["chat"]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"stream":true}', b'{"stream":true,"stream_options":{"include_usage":true}}'),
        (
            b'{"stream": true ,"n":1.0e0}',
            b'{"stream":true,"n":1.0e0,"stream_options":{"include_usage":true}}',
        ),
        (
            b'{"stream_options":{"x":1,"include_usage":false},"stream":true}',
            b'{"stream_options":{"x":1,"include_usage":true},"stream":true}',
        ),
        (
            b'{"stream_options":null,"stream":true}',
            b'{"stream_options":{"include_usage":true},"stream":true}',
        ),
    ],
)
def test_asking_for_usage(body, wanted):
    seen, changed = want_usage(body)
    assert json.loads(seen) == json.loads(wanted)
    assert changed
    assert want_usage(seen) == (seen, False)


@pytest.mark.parametrize(
    "body",
    [
        b'{ "stream" : true, "stream_options" : {"include_usage" : true} }',
        b'{ "stream" : false }',
        b'{"stream":"true"}',
        b"{ }",
    ],
)
def test_what_needs_no_change_keeps_its_bytes(body):
    assert want_usage(body) == (body, False)


@given(st.dictionaries(st.text(), json_values))
def test_nothing_else_changes(said):
    said = said | {"stream": True}
    seen = json.loads(want_usage(json.dumps(said).encode())[0])
    assert seen.pop("stream_options") == {"include_usage": True}
    assert seen == {name: value for name, value in said.items() if name != "stream_options"}


def test_every_other_value_keeps_its_bytes():
    seen, _ = want_usage(b'{"a": {"b" :1.50, "c":"\\u00e9"}, "stream":true, "z": 12345678901234567890123}')
    for value in (b'{"b" :1.50, "c":"\\u00e9"}', b"12345678901234567890123"):
        assert value in seen


def test_a_body_that_is_no_object():
    with pytest.raises(WireError):
        want_usage(b"[]")


@given(replies("chat"), places)
def test_the_client_sees_what_it_would_have_seen_without(reply, places):
    with_usage = Reply(items=reply.items, usage=Usage(input_tokens=1, output_tokens=2))
    sent = b"".join(CHAT.write_stream(with_usage, ask("chat"), "s"))
    usual = b"".join(CHAT.write_stream(with_usage, ask("chat", stream_usage=False), "s"))
    hider = UsageHider()
    seen = b"".join([*map(hider.feed, cut(sent, places)), hider.finish()])
    assert seen == usual
    assert seen != sent


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": [], "prompt_filter_results": [], "usage": None},
        {"choices": [{"delta": {}}], "usage": {"prompt_tokens": 1}},
        {"error": {"message": '"usage"'}},
    ],
)
def test_chunks_that_hold_more_than_usage_pass(chunk):
    raw = b"data: " + json.dumps(chunk).encode() + b"\r\n\r\n"
    hider = UsageHider()
    assert hider.feed(raw) + hider.finish() == raw
