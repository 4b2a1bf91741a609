"""What the gateway serves, and that it changes nothing of what passes."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import zlib

import pytest
from fake_provider import KEY, chat_answer, chat_events, provider, saying, stream, with_length
from gateway_lanes import PATHS, Says, one_lane, question

from specrun.gateway.incoming import BODY_LIMIT
from specrun.gateway.model_names import ModelNames
from specrun.gateway.wire.registry import WIRES

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("protocol", PATHS)
def test_every_protocol_is_answered_in_one_piece_and_as_a_stream(protocol, stream):
    async def work():
        async with one_lane() as client:
            status, body = await client.ask(protocol, stream=stream)
            [heard] = client.lane.heard
            return status, body, heard

    status, body, heard = asyncio.run(work())
    assert status == 200
    wire = WIRES[protocol]
    if stream:
        reader = wire.reader()
        reader.feed(body)
        reply = reader.finish()
    else:
        reply = wire.read_reply(body)
    assert reply.whole
    assert [item.text for item in reply.items] == ["hello"]
    assert (heard.usage.input_tokens, heard.usage.output_tokens) == (10, 5)
    assert (heard.ending, heard.protocol, heard.number) == ("answered", protocol, 1)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 200),
        ("HEAD", "/", 200),
        ("GET", "/v1/models", 200),
        ("GET", "/v1/models/any/name", 200),
        ("GET", "/v1/chat/completions", 404),
        ("DELETE", "/v1/models", 404),
        ("GET", "/v1/files", 404),
    ],
)
def test_other_paths(method, path, status):
    async def work():
        async with one_lane() as client:
            found, _ = await client.get(path, method)
            return found, client.lane.heard

    assert asyncio.run(work()) == (status, [])


def test_models_are_listed_and_named():
    async def work():
        async with one_lane(models=ModelNames(names={"fast": "real-1"}, default="real-2")) as client:
            _, models = await client.get("/v1/models")
            _, model = await client.get("/v1/models/some%2Fname")
            return json.loads(models), json.loads(model)

    models, model = asyncio.run(work())
    assert [one["id"] for one in models["data"]] == ["fast", "real-2"]
    assert model["id"] == "some/name"


def test_a_websocket_is_told_to_upgrade_to_nothing():
    async def work():
        async with one_lane() as client:
            headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
            status, _ = await client.get("/v1/responses", **headers)
            return status

    assert asyncio.run(work()) == 426


def test_counting_tokens_bills_nothing_and_asks_nobody():
    async def work():
        model = Says()
        async with one_lane(model=model) as client:
            status, body = await client.ask("messages", path="/v1/messages/count_tokens?beta=true")
            return status, json.loads(body), model.asked, client.lane.heard

    status, counted, asked, heard = asyncio.run(work())
    assert (status, asked, heard) == (200, [], [])
    assert counted == {"input_tokens": -(-len(json.dumps(question("messages"))) // 4)}


def test_the_bytes_of_a_request_pass_but_for_the_key():
    body = b'{ "model":"m",\n "messages": [], "new_field": {"b":1, "a":[1.0, 2e3]}, "stream":false }'
    headers = {
        "anthropic-beta": "one,two",
        "OpenAI-Beta": "x=1",
        "X-Odd-Case": "kept",
        "Cookie": "a=b",
        "Connection": "keep-alive, x-secret-hop",
        "x-secret-hop": "gone",
        "x-api-key": "ignored-because-the-other-is-right",
    }

    async def work():
        async with provider() as (fake, upstream), one_lane(upstream) as client:
            path = PATHS["chat"] + "?beta=true&x=%2F%2f+~"
            status, answer = await client.ask(body=body, path=path, headers=headers)
            return status, answer, client.lane.token, fake

    status, answer, token, fake = asyncio.run(work())
    assert (status, answer) == (200, chat_answer())
    [(head, sent)] = fake.asked
    assert sent == body
    assert head.startswith(b"POST /some/v1/chat/completions?beta=true&x=%2F%2f+~ HTTP/1.1\r\n")
    assert b"X-Odd-Case: kept\r\n" in head
    assert b"anthropic-beta: one,two\r\n" in head
    assert b"OpenAI-Beta: x=1\r\n" in head
    assert fake.header("authorization") == [f"Bearer {KEY}"]
    for gone in (token, "a=b", "ignored-because", "gone"):
        assert gone.encode() not in head
    assert fake.header("content-length") == [str(len(body))]


def test_messages_are_sent_with_the_header_of_their_own():
    async def work():
        async with provider(saying(with_length(b"{}"))) as (fake, upstream), one_lane(upstream) as client:
            await client.ask("messages", headers={"anthropic-version": "2023-06-01"})
            return fake

    fake = asyncio.run(work())
    assert fake.asked[0][0].startswith(b"POST /some/v1/v1/messages HTTP/1.1\r\n")
    assert fake.header("x-api-key") == [KEY]
    assert fake.header("authorization") == []
    assert fake.header("anthropic-version") == ["2023-06-01"]


@pytest.mark.parametrize("wants_usage", [False, True])
def test_usage_is_asked_for_and_hidden_from_who_did_not_ask(wants_usage):
    usage = {"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 60}}
    events = chat_events("a", "b", usage=usage)

    async def work():
        async with provider(saying(stream(events))) as (fake, upstream), one_lane(upstream) as client:
            more = {"stream_options": {"include_usage": True}} if wants_usage else {}
            _, body = await client.ask(stream=True, **more)
            return body, json.loads(fake.asked[0][1]), client.lane.heard[0]

    body, sent, heard = asyncio.run(work())
    assert sent["stream_options"] == {"include_usage": True}
    assert body == b"".join(events if wants_usage else [*events[:-2], events[-1]])
    assert (heard.usage.input_tokens, heard.usage.cache_read_tokens, heard.usage.output_tokens) == (40, 60, 7)


def test_models_are_mapped_and_nothing_else_is_touched():
    async def work():
        names = ModelNames(names={"alias": "real-1"}, default="real-2")
        async with provider() as (fake, upstream), one_lane(upstream, models=names) as client:
            for name in ("alias", "claude-haiku-side"):
                await client.ask(body=b'{"x":  [1.50], "model":"%b","messages":[]}' % name.encode())
            return [body for _, body in fake.asked], [heard.model for heard in client.lane.heard]

    bodies, models = asyncio.run(work())
    assert models == ["real-1", "real-2"]
    assert bodies[0] == b'{"x":[1.50],"model":"real-1","messages":[]}'
    assert json.loads(bodies[1])["model"] == "real-2"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_compressed_requests_are_read(coding):
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd.compress}[coding]
    body = json.dumps(question()).encode()

    async def work():
        async with provider() as (fake, upstream), one_lane(upstream) as client:
            status, _ = await client.ask(body=pack(body), headers={"Content-Encoding": coding})
            return status, fake.asked[0][1], fake.header("content-encoding")

    assert asyncio.run(work()) == (200, body, [])


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"\x00\xff", {}, 400),
        (b'{"model":"m"}', {}, 400),
        (b"not gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(bytes(BODY_LIMIT + 1)), {"Content-Encoding": "gzip"}, 413),
        (bytes(BODY_LIMIT + 1), {}, 413),
    ],
    ids=["cut", "binary", "half", "no gzip", "bomb", "large"],
)
def test_what_is_no_request_is_refused_and_not_sent(body, headers, status):
    async def work():
        model = Says()
        async with one_lane(model=model) as client:
            found, answer = await client.ask(body=body, headers=headers)
            after, _ = await client.ask()
            return (
                found,
                json.loads(answer)["error"]["message"],
                after,
                len(model.asked),
                client.lane.body_bytes,
            )

    found, message, after, asked, left = asyncio.run(work())
    assert found == status
    assert message
    assert (after, asked, left) == (200, 1, 0)


def test_many_megabytes_pass():
    text = "x" * (20 * 1024 * 1024)

    async def work():
        async with provider() as (fake, upstream), one_lane(upstream) as client:
            status, _ = await client.ask(text=text)
            return status, len(json.loads(fake.asked[0][1])["messages"][0]["content"])

    assert asyncio.run(work()) == (200, len(text))


def test_embeddings_pass_and_are_metered():
    answer = b'{"data": [], "usage": {"prompt_tokens": 8, "total_tokens": 8}}'

    async def work():
        async with provider(saying(with_length(answer))) as (fake, upstream), one_lane(upstream) as client:
            status, body = await client.ask(path="/v1/embeddings", body=b'{"model": "e", "input": "text"}')
            return status, body, fake.asked[0], client.lane.heard[0]

    status, body, (head, sent), heard = asyncio.run(work())
    assert (status, body, sent) == (200, answer, b'{"model": "e", "input": "text"}')
    assert head.startswith(b"POST /some/v1/embeddings ")
    assert (heard.protocol, heard.usage.input_tokens, heard.usage.output_tokens) == ("embeddings", 8, 0)
