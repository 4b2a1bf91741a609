"""Whatever the bytes are: an answer, a note or a WireError, and nothing else."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import msgspec
import pytest
from cassette_world import Machine
from gateway_lanes import PATHS, Says, one_lane
from gateway_strategies import cut, places, read
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.wire import embeddings
from specrun.gateway.wire.base import PROTOCOLS, Reply, WireError
from specrun.gateway.wire.loose import as_json, check_depth, decode
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.sse import event
from specrun.gateway.wire.stream_usage import UsageHider, want_usage

WORDS = """
model messages input content role type text id call_id name arguments tool_calls function custom
choices delta message usage error index output output_index item response status summary stream
stream_options content_block partial_json thinking signature finish_reason stop_reason tools system
n output_tokens prompt_tokens input_tokens prompt_tokens_details cached_tokens incomplete_details
tool_use tool_result assistant user tool function_call reasoning message_start message_delta
content_block_start content_block_delta response.completed response.output_item.added
response.output_item.done response.output_text.delta refusal redacted_thinking web_search_call
"""
words = st.sampled_from(WORDS.split())
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=6),
    max_leaves=30,
)
bodies = st.binary(max_size=60) | values.map(lambda value: json.dumps(value).encode())
protocols = st.sampled_from(PROTOCOLS)


def attempt(work, *args):
    with suppress(WireError):
        work(*args)


@given(protocols, bodies)
def test_any_bytes(protocol, body):
    wire = WIRES[protocol]
    for work in (wire.read_ask, wire.read_reply, embeddings.read_model, embeddings.read_usage, want_usage):
        attempt(work, body)


@given(protocols, st.dictionaries(words, values, max_size=8), values)
def test_requests_with_anything_in_them(protocol, body, content):
    field = "input" if protocol == "responses" else "messages"
    whole = {**body, "model": "m", field: [*body.values(), {"role": "user", "content": content}]}
    asked = WIRES[protocol].read_ask(json.dumps(whole).encode())
    assert asked.model == "m"


@given(protocols, st.lists(bodies, max_size=6), places)
def test_any_stream(protocol, bodies, places):
    wire = WIRES[protocol]
    stream = b"".join(event(body) for body in bodies)
    reply = read(wire, cut(stream, places))
    assert isinstance(reply, Reply)
    assert reply == read(wire, [stream])
    attempt(wire.write_reply, reply, empty_ask(protocol), "s")


def empty_ask(protocol):
    field = b"input" if protocol == "responses" else b"messages"
    return WIRES[protocol].read_ask(b'{"model":"m","%b":[]}' % field)


@given(st.binary(), places)
def test_a_stream_without_usage_passes_byte_for_byte(stream, places):
    hider = UsageHider()
    assert b"".join([*map(hider.feed, cut(stream, places)), hider.finish()]) == stream


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_nested_deeply(protocol):
    for depth in range(300, 1100, 25):
        nested = b'{"a":' * depth + b"1" + b"}" * depth
        item = b'{"type":"tool_use","input":%b,"role":"user","content":[%b]}' % (nested, nested)
        body = b'{"model":"m","messages":[%b],"input":[%b],"content":[%b],"output":[%b]}' % ((item,) * 4)
        for work in (WIRES[protocol].read_ask, WIRES[protocol].read_reply):
            attempt(work, body)
        read(WIRES[protocol], [event(b'{"type":"content_block_start","content_block":%b}' % item)])


def deep(protocol, depth):
    """A request that is so many levels deep."""
    field = "input" if protocol == "responses" else "messages"
    nested = b'{"a":' * (depth - 1) + b"1" + b"}" * (depth - 1)
    return b'{"model":"m","%b":[],"more":%b}' % (field.encode(), nested)


DOORS = {**PATHS, "embeddings": "/v1/embeddings", "counting": "/v1/messages/count_tokens"}


@pytest.mark.parametrize("protocol", sorted(DOORS))
def test_a_request_that_is_too_deep_to_keep_is_refused_before_it_is_sent(protocol):
    async def work():
        model = Says()
        async with one_lane(model=model) as client:
            for depth in (201, 900, 10**6):
                status, body = await client.ask(path=DOORS[protocol], body=deep(protocol, depth))
                assert (status, b"nested deeper than 200 levels" in body) == (400, True)
            assert (model.asked, client.lane.heard, client.lane.halt) == ([], [], None)
            return await client.ask(path=DOORS[protocol], body=deep(protocol, 200))

    status, _ = asyncio.run(work())
    assert status == (404 if protocol == "embeddings" else 200)  # this model only converses


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_request_that_is_not_too_deep_can_be_kept(protocol):
    request = json.loads(deep(protocol, 200))
    assert Machine().normaliser().request(protocol, request)["more"] == request["more"]


signs = st.text('[]{}"\\a', max_size=6)
shapes = st.recursive(
    signs, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(signs, inner, max_size=3)
)


def levels(value):
    if isinstance(value, str):
        return 0
    return 1 + max(map(levels, value.values() if isinstance(value, dict) else value), default=0)


@given(shapes, signs, st.integers(195, 202))
def test_only_brackets_outside_of_texts_are_levels(inner, text, around):
    value = inner
    for number in range(around):
        value = {text: value} if number % 2 else [text, value]
    body = json.dumps(value).encode()
    if levels(inner) + around <= 200:
        check_depth(body)
    else:
        with pytest.raises(WireError, match="nested deeper than 200 levels"):
            check_depth(body)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_json_in_another_encoding_is_none(encoding):
    with pytest.raises(WireError, match="not JSON"):
        decode('{"model": "m"}'.encode(encoding), msgspec.json.Decoder())


def test_what_cannot_be_written_again():
    nested: list = []
    for _ in range(10**5):
        nested = [nested]
    with pytest.raises(WireError, match="nested too deeply"):
        as_json(nested)
