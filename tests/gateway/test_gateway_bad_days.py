"""Providers that fail in every way, and agents that ask for too much. Nothing else suffers from it."""

from __future__ import annotations

import asyncio
import json
import socket

import aiohttp
import pytest
from fake_provider import (
    END,
    SSE,
    chat_answer,
    chat_events,
    chunk,
    provider,
    saying,
    saying_and_hanging_up,
    stream,
    with_length,
)
from gateway_lanes import Says, everywhere, one_lane

from specrun.gateway.lane import LaneSettings
from specrun.gateway.provider import Provider, ProviderSettings
from specrun.gateway.stub import Fault, Stub

EVENTS = chat_events("one", "two")


def asked(script, *, streamed=False, **settings):
    """Status, body and exchange of a request to a provider with this script. No body: it was cut."""

    async def work():
        async with provider(script, **settings) as (_, upstream), one_lane(upstream) as client:
            try:
                status, body = await client.ask(stream=streamed)
            except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError):
                status, body = None, None
            [heard] = client.lane.heard
            assert client.lane.halt is None
            return status, body, heard

    return asyncio.run(work())


async def silence(writer):
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (saying_and_hanging_up(b""), 502),
        (saying_and_hanging_up(b"SSH-2.0-nobody\r\n"), 502),
        (saying_and_hanging_up(b"HTTP/1.1 200 OK\r\nContent-"), 502),
        (saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n"), 502),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n"), 502),
        (saying(with_length(b"{}", b"HTTP/1.1 200 OK\r\nX: a\x01b\r\n")), 502),
        (saying(with_length(b"{}", b"HTTP/1.1 200 OK\r\nX: a\x7fb\r\n")), 502),
        (saying(with_length(b"{}", b"HTTP/1.1 099 No\r\n")), 502),
        (saying(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), 502),
        (saying(SSE + b"zz\r\nhello\r\n"), 502),
        (saying(b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), 502),
        (silence, 504),
    ],
    ids=[
        "hangs up",
        "no HTTP",
        "half a head",
        "huge header",
        "many headers",
        "control character",
        "DEL",
        "status 99",
        "status 101",
        "bad chunk",
        "redirect",
        "silence",
    ],
)
def test_a_provider_that_does_not_answer(script, status):
    found, body, heard = asked(script, idle_seconds=0.2)
    assert found == heard.status == status
    assert json.loads(body)["error"]["type"] == "server_error"
    assert (heard.ending, heard.usage, heard.reply) == ("failed", None, None)
    assert heard.notes


def test_a_provider_that_is_not_there():
    async def work():
        with socket.create_server(("127.0.0.1", 0)) as taken:
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with Provider(ProviderSettings(base_url=url), {}) as upstream, one_lane(upstream) as client:
            status, _ = await client.ask()
            return status, client.lane.heard[0].notes

    assert asyncio.run(work()) == (502, ("the provider cannot be reached",))


@pytest.mark.parametrize(
    ("script", "note"),
    [
        (saying_and_hanging_up(SSE + chunk(EVENTS[0])), "the provider cut its answer"),
        (saying_and_hanging_up(SSE + chunk(EVENTS[0])[:-9]), "the provider cut its answer"),
    ],
    ids=["between events", "in an event"],
)
def test_a_stream_that_is_cut_is_cut_for_the_client_too(script, note):
    _, body, heard = asked(script, streamed=True)
    assert body is None
    assert (heard.ending, heard.status, heard.usage) == ("failed", 200, None)
    assert note in heard.notes


def test_a_stream_that_stalls_is_cut():
    async def script(writer):
        writer.write(SSE + chunk(EVENTS[0]))
        await writer.drain()
        await silence(writer)

    _, body, heard = asked(script, streamed=True, idle_seconds=0.2)
    assert body is None
    assert "the provider stopped in the midst of its answer" in heard.notes


def test_a_stream_that_ends_before_its_answer_does_has_failed_but_passes():
    sent = EVENTS[:1]
    status, body, heard = asked(saying(stream(sent)), streamed=True)
    assert (status, body, heard.ending) == (200, sent[0], "failed")
    assert heard.reply.items[0].text == "one"


def test_malformed_events_pass_and_are_noted():
    events = [EVENTS[0], b"data: {nonsense\n\n", b"\xff\xfe\n\n", b": comment\n\n", *EVENTS[1:]]
    status, body, heard = asked(saying(stream(events)), streamed=True)
    assert (status, body) == (200, b"".join(events))
    assert (heard.ending, heard.reply.items[0].text) == ("answered", "onetwo")
    assert any("not JSON" in note for note in heard.notes)


def test_a_line_of_ten_megabytes_passes():
    text = "x" * 10_000_000
    events = chat_events(text)
    _, body, heard = asked(saying(stream(events)), streamed=True)
    assert body == b"".join(events)
    assert heard.reply.items[0].text == text


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", [b"text/html", b"", b"text/event-stream"])
def test_what_is_not_what_its_type_says_passes_and_counts_as_failed(kind, streamed):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n" % kind
    page = b"<html>a proxy's page</html>"
    status, body, heard = asked(saying(with_length(page, head)), streamed=streamed)
    assert (status, body, heard.ending) == (200, page, "failed")
    assert heard.notes


def test_an_answer_in_one_piece_to_who_wanted_a_stream_counts():
    answer = chat_answer(usage={"prompt_tokens": 9, "completion_tokens": 1})
    status, body, heard = asked(saying(with_length(answer)), streamed=True)
    assert (status, body, heard.ending, heard.usage.input_tokens) == (200, answer, "answered", 9)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 529])
def test_errors_of_the_provider_pass_with_what_clients_read_of_them(status):
    head = b"HTTP/1.1 %d No\r\nRetry-After: 7\r\nx-ratelimit-reset: 1s\r\nrequest-id: r1\r\n" % status
    head += b"Set-Cookie: a=b\r\nopenai-organization: us\r\nContent-Type: application/json\r\n"

    async def work():
        async with (
            provider(saying(with_length(b'{"error": {}}', head))) as (_, upstream),
            one_lane(upstream) as client,
            client.session.get(client.gateway.url + "/") as alive,
        ):
            assert alive.status == 200
            url = client.lane.base_url + "/v1/messages"
            headers = {"x-api-key": client.lane.token}
            body = {"model": "m", "messages": []}
            async with client.session.post(url, json=body, headers=headers) as answer:
                return answer.status, await answer.read(), answer.headers, client.lane.heard[0]

    found, body, headers, heard = asyncio.run(work())
    assert (found, body) == (status, b'{"error": {}}')
    assert [headers[name] for name in ("retry-after", "x-ratelimit-reset", "request-id")] == ["7", "1s", "r1"]
    assert not {"set-cookie", "openai-organization"} & {name.lower() for name in headers}
    assert (heard.ending, heard.status, heard.usage, heard.cost) == ("failed", status, None, None)


def test_an_error_in_the_midst_of_a_stream_is_a_failure():
    events = [EVENTS[0], b'data: {"error": {"message": "overloaded"}}\n\n']
    _, body, heard = asked(saying(stream(events)), streamed=True)
    assert body == b"".join(events)
    assert (heard.ending, "the provider failed: overloaded" in heard.notes) == ("failed", True)


def test_slow_streams_arrive_as_they_are_sent():
    """Each event is sent only when the client has the one before."""
    turns = asyncio.Queue()

    async def script(writer):
        writer.write(SSE)
        for event in EVENTS:
            await turns.get()
            writer.write(chunk(event))
            await writer.drain()
        writer.write(END)

    async def work():
        async with provider(script) as (_, upstream), one_lane(upstream) as client:
            head = {"x-api-key": client.lane.token}
            body = {"model": "m", "messages": [], "stream": True, "stream_options": {"include_usage": True}}
            url = client.lane.base_url + "/v1/chat/completions"
            turns.put_nowait(None)
            async with client.session.post(url, json=body, headers=head) as response:
                found = []
                async for data, _ in response.content.iter_chunks():
                    found.append(data)
                    turns.put_nowait(None)
                return found

    assert asyncio.run(asyncio.wait_for(work(), 60)) == EVENTS


def test_two_hundred_idle_connections_keep_nobody_out():
    async def work():
        async with one_lane() as client:
            port = int(client.gateway.url.rpartition(":")[2])
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
            for number, (_, writer) in enumerate(opened):
                writer.write(b"POST /guess HTTP/1.1\r\nContent-Length: 9999\r\n"[: number % 40])
            found = await client.ask()
            for _, writer in opened:
                writer.close()
            return found[0]

    assert asyncio.run(work()) == 200


def test_a_flood_in_one_lane_leaves_the_other_alone():
    """A hundred requests hang in one lane; another lane is served, and the books of both are right."""

    async def work():
        async with provider(silence) as (fake, upstream), one_lane(upstream) as client:
            settings = LaneSettings(name="calm", upstreams=everywhere(Stub(Says())))
            async with client.gateway.open_lane(settings) as calm:
                flood = [asyncio.create_task(client.ask(text=str(number))) for number in range(100)]
                while len(fake.asked) < 100:
                    await asyncio.sleep(0)
                url, head = calm.base_url + "/v1/chat/completions", {"x-api-key": calm.token}
                body = {"model": "m", "messages": []}
                async with (
                    aiohttp.ClientSession() as session,
                    session.post(url, json=body, headers=head) as answer,
                ):
                    status = answer.status
                for task in flood:
                    task.cancel()
                await asyncio.gather(*flood, return_exceptions=True)
                while len(client.lane.heard) < 100:
                    await asyncio.sleep(0)
                return status, calm.meter.tallies, client.lane

    status, calm, lane = asyncio.run(work())
    assert status == 200
    assert calm[("agent", "m")].counts["answered"] == 1
    assert lane.meter.tallies[("agent", "m")].counts["failed"] == 100
    assert lane.body_bytes == 0


@pytest.mark.parametrize("streamed", [False, True])
def test_faults_of_a_stub_are_like_those_of_a_provider(streamed):
    async def work():
        limited = Fault(status=429, headers=(("retry-after", "1"),), chunks=(b"{}",))
        cut = Fault(headers=(("content-type", "text/event-stream"),), chunks=(EVENTS[0],), cut=True)
        model = Says(limited)
        async with one_lane(model=model) as client:
            first, _ = await client.ask(stream=streamed)
            model.said = cut
            with pytest.raises(aiohttp.ClientPayloadError):
                await client.ask(stream=streamed)
            model.said = Says().said
            last, _ = await client.ask(stream=streamed)
            return first, last, [(one.ending, one.retry) for one in client.lane.heard]

    first, last, heard = asyncio.run(work())
    assert (first, last) == (429, 200)
    assert heard == [("failed", False), ("failed", True), ("answered", True)]


def test_a_model_that_breaks_is_told_to_the_owner_and_not_to_the_agent():
    class Broken:
        async def answer(self, ask, body):
            raise KeyError("secret detail")

    async def work():
        async with one_lane(model=Broken()) as client:
            status, body = await client.ask()
            return status, body, client.lane.halt

    status, body, halt = asyncio.run(work())
    assert status == 502
    assert b"secret" not in body
    assert (halt.reason, "secret detail" in halt.text) == ("infra_error", True)
