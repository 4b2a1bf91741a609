"""Nothing that one trial knows lets it into the lane of another, or back into its own when it is over."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
from fake_provider import SSE, chat_events, chunk, provider
from gateway_lanes import PATHS, Says, everywhere, one_lane, question, raw

from specrun.gateway.lane import LaneSettings
from specrun.gateway.stub import Stub
from specrun.gateway.upstream import SSE as STREAMED
from specrun.gateway.upstream import Answer
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Item, Reply
from specrun.gateway.wire.registry import WIRES

BODY = json.dumps(question()).encode()


def post(path: str, token: str, body: bytes = BODY, *more: str) -> bytes:
    """A request that closes its connection."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", "Connection: close", *more]
    if not any("Content-Length" in line or "Transfer-Encoding" in line for line in more):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


class Two:
    """Two lanes of one gateway: `mine`, and `other`, whose model must never be asked."""

    def __init__(self, client, other, model) -> None:
        self.client, self.mine, self.other, self.model = client, client.lane, other, model

    async def send(self, data: bytes) -> list[int]:
        return statuses(await raw(self.mine.base_url, data))


def with_two(work):
    async def run():
        model = Says()
        async with one_lane() as client:
            settings = LaneSettings(name="other", upstreams=everywhere(Stub(model)))
            async with client.gateway.open_lane(settings) as other:
                found = await work(Two(client, other, model))
                assert model.asked == []
                assert other.halt is None
                return found

    return asyncio.run(run())


def test_each_lane_wants_its_own_token():
    async def work(two):
        mine, other = two.mine, two.other
        own = await two.send(post(f"/{mine.prefix}/v1/chat/completions", mine.token))
        crossed = await two.send(post(f"/{other.prefix}/v1/chat/completions", mine.token))
        back = await two.send(post(f"/{mine.prefix}/v1/chat/completions", other.token))
        return own, crossed, back

    assert with_two(work) == ([200], [401], [401])


@pytest.mark.parametrize(
    "path",
    [
        "/{mine}/../{other}/v1/chat/completions",
        "/{mine}/%2e%2e/{other}/v1/chat/completions",
        "/{mine}/..%2f{other}/v1/chat/completions",
        "/{mine}%2f..%2f{other}/v1/chat/completions",
        "//{other}/v1/chat/completions",
        "/./{other}/v1/chat/completions",
        "/{mine};/{other}/v1/chat/completions",
        "/{mine}\\..\\{other}/v1/chat/completions",
        "/{other}/v1/chat/completions?/{mine}/",
        "/{other}/v1/chat/completions#/{mine}/",
        "/?/{other}/v1/chat/completions",
        "http://x/{other}/v1/chat/completions",
        "{other}/v1/chat/completions",
        "*",
        "/{mine}//v1/chat/completions",
        "/{mine}/v1/chat%2fcompletions",
        "/{mine}/V1/chat/completions",
        "/{upper}/v1/chat/completions",
    ],
)
def test_tricks_with_paths_lead_nowhere(path):
    async def work(two):
        names = {"mine": two.mine.prefix, "other": two.other.prefix, "upper": two.other.prefix.upper()}
        return await two.send(post(path.format(**names), two.mine.token))

    [status] = with_two(work)
    assert status in (400, 401, 404)


@pytest.mark.parametrize("header", ["Authorization: Bearer {}", "x-api-key: {}", "Authorization: bearer  {}"])
def test_tokens_are_compared_as_a_whole(header):
    async def work(two):
        token = two.mine.token
        found = []
        for shown in (
            token,
            token[:-1],
            token + "0",
            token.upper(),
            "",
            f"{two.other.token},{token}",
            "\xff",
        ):
            path, line = f"/{two.mine.prefix}/v1/chat/completions", header.format(shown)
            request = post(path, "x", BODY).replace(b"Authorization: Bearer x", line.encode("latin-1"))
            found += await two.send(request)
        return found

    assert with_two(work) == [200] + [401] * 6


@pytest.mark.parametrize(
    "framing",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: +5",),
        ("Content-Length: 5, 6",),
        ("Content-Length: -1",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("X: 1\nContent-Length: 5",),
        ("X: 1", " folded: 2", "Content-Length: 0x5"),
    ],
)
def test_smuggled_requests_are_not_served(framing):
    """A second request in the body of one that is framed in two ways is nobody's request."""

    async def work(two):
        inner = post(f"/{two.other.prefix}/v1/chat/completions", two.mine.token)
        outer = post(
            f"/{two.mine.prefix}/v1/chat/completions", two.mine.token, b"0\r\n\r\n" + inner, *framing
        )
        return await two.send(outer)

    assert set(with_two(work)) <= {400, 401}


def test_a_token_is_for_each_request_and_not_for_a_connection():
    async def work(two):
        path = f"/{two.mine.prefix}/v1/chat/completions"
        first = post(path, two.mine.token).replace(b"Connection: close\r\n", b"")
        return await two.send(first + post(path, "guess"))

    assert with_two(work) == [200, 401]


def test_nothing_of_a_lane_works_when_it_is_over():
    async def work():
        async with one_lane() as client:
            settings = LaneSettings(name="short", upstreams=everywhere(Stub(Says())))
            async with client.gateway.open_lane(settings) as short, aiohttp.ClientSession() as session:
                head = {"x-api-key": short.token}
                urls = [short.base_url + path for path in ("/v1/models", "/", *PATHS.values())]
                async with session.get(urls[0], headers=head) as response:
                    during = response.status
            after = []
            for number, url in enumerate(urls):
                method, body = ("GET", None) if number < 2 else ("POST", question())
                async with client.session.request(method, url, headers=head, json=body) as response:
                    after.append(response.status)
            return during, after, (await client.ask())[0]

    assert asyncio.run(work()) == (200, [401] * 5, 200)


def test_the_end_of_a_lane_breaks_off_what_is_under_way():
    """The client sees a cut, the provider sees that nobody listens, and the books are closed."""
    events = chat_events("a")

    async def script(writer):
        writer.write(SSE + chunk(events[0]))
        await writer.drain()
        await asyncio.Event().wait()

    async def work():
        async with provider(script) as (_, upstream), one_lane() as client:
            heard = []
            settings = LaneSettings(name="short", upstreams=everywhere(upstream), on_exchange=heard.append)
            async with client.gateway.open_lane(settings) as short:
                head = {"x-api-key": short.token}
                url = short.base_url + PATHS["chat"]
                response = await client.session.post(url, headers=head, json=question(stream=True))
                first = await response.content.readany()
            async with response:
                with pytest.raises(aiohttp.ClientPayloadError):
                    await response.content.read()
            [ended] = heard
            return first, ended, (await client.ask())[0]

    first, ended, other = asyncio.run(work())
    assert (first, other) == (events[0], 200)
    assert (ended.ending, ended.usage, ended.reply.items[0].text) == ("failed", None, "a")


def test_a_client_that_leaves_cancels_its_request_upstream():
    async def script(writer):
        writer.write(SSE + chunk(chat_events("a")[0]))
        await writer.drain()
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(chunk(b": still there\n\n"))
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    async def work():
        async with provider(script) as (fake, upstream), one_lane(upstream) as client:
            head = {"x-api-key": client.lane.token}
            url = client.lane.base_url + PATHS["chat"]
            response = await client.session.post(url, headers=head, json=question(stream=True))
            await response.content.readany()
            response.close()
            await fake.left.wait()
            return client.lane.heard[0]

    ended = asyncio.run(work())
    assert ended.ending == "failed"
    assert "the client left" in ended.notes


@pytest.mark.parametrize(("protocol", "last"), [("chat", b"data: [DONE]"), ("messages", b"message_stop")])
def test_who_leaves_when_all_is_said_has_been_answered(protocol, last):
    """As official clients do: the end of the body itself is still to come."""

    class Lingers:
        """A model whose stream stays open behind its last event."""

        @asynccontextmanager
        async def send(self, call):
            reply = Reply(
                items=(Item(kind="text", author="assistant", text="hello"),),
                usage=Usage(input_tokens=5, output_tokens=3),
            )
            chunks = WIRES[protocol].write_stream(reply, call.ask, "seed")

            async def content():
                for each in chunks:
                    yield each
                await asyncio.Event().wait()

            yield Answer(status=200, headers=(("content-type", STREAMED),), content=content())

    async def work():
        async with one_lane(upstream=Lingers()) as client:
            head = {"Authorization": f"Bearer {client.lane.token}"}
            url = client.lane.base_url + PATHS[protocol]
            async with client.session.post(
                url, json=question(protocol, stream=True), headers=head
            ) as response:
                while last not in await response.content.readline():
                    pass
                response.close()
            while not client.lane.heard:
                await asyncio.sleep(0)
            return client.lane.heard[0]

    heard = asyncio.run(work())
    assert (heard.ending, heard.usage.output_tokens) == ("answered", 3)
