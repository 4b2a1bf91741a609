"""A provider that says its own key: whoever hears it sees stars."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from fake_provider import KEY, SSE, chat_answer, chat_events, chunk, provider, saying, stream, with_length
from gateway_lanes import one_lane
from gateway_strategies import cut, places
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.mask import masked, masked_headers

STARS = "*" * len(KEY)
SECRET = "abab-abac"
"""It begins like itself further on, so that its beginning is often seen in vain."""


async def said(chunks):
    for each in chunks:
        yield each


def heard(chunks, key):
    async def work():
        async with aclosing(masked(said(chunks), key)) as passing:
            return [each async for each in passing]

    return asyncio.run(work())


pieces = st.sampled_from([SECRET, SECRET[:-1], SECRET[:5], "ab", "a", "-", "c", "\n\n"])


@given(st.lists(pieces).map("".join), places)
def test_wherever_a_key_is_cut_it_does_not_pass(text, places):
    passed = heard(cut(text.encode(), places), SECRET)
    assert b"".join(passed).decode() == text.replace(SECRET, "*" * len(SECRET))
    assert all(passed)


def test_only_what_could_begin_the_key_waits():
    assert heard([b"one ab", b"ab-abad ", b"two"], SECRET) == [b"one ", b"abab-abad ", b"two"]
    assert heard([b"ends with abab-aba"], SECRET) == [b"ends with ", b"abab-aba"]


@pytest.mark.parametrize("key", [None, "none"])
def test_what_is_no_secret_passes(key):
    assert heard([b"no", b"ne"], key) == [b"no", b"ne"]
    assert masked_headers((("x-none", "none"),), key) == (("x-none", "none"),)


def test_headers_without_the_key():
    given_headers = (("x-echo", f"Bearer {KEY}"), (f"X-{KEY.upper()}", "y"), ("x-other", "z"))
    assert masked_headers(given_headers, KEY) == (("x-echo", f"Bearer {STARS}"), ("x-other", "z"))


HEAD = f"HTTP/1.1 200 OK\r\nX-Echo: {KEY}\r\n".encode()
EVENTS = chat_events(f"your key is {KEY}", "bye")
WHOLE = b"".join(EVENTS)
MIDDLE = WHOLE.index(KEY.encode()) + 5


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (saying(with_length(chat_answer(KEY), HEAD)), chat_answer(STARS)),
        (saying(with_length(KEY.encode(), HEAD.replace(b"200", b"401"))), STARS.encode()),
        (saying(stream(EVENTS)), WHOLE.replace(KEY.encode(), STARS.encode())),
    ],
    ids=["answer", "error", "stream"],
)
def test_an_agent_never_hears_the_key(script, expected):
    async def work():
        async with provider(script) as (fake, upstream), one_lane(upstream) as client:
            head = {"x-api-key": client.lane.token}
            body = {"model": "m", "messages": []}
            url = client.lane.base_url + "/v1/chat/completions"
            async with client.session.post(url, json=body, headers=head) as answer:
                assert fake.header("authorization") == [f"Bearer {KEY}"]
                return await answer.read(), dict(answer.headers), client.lane.heard[0]

    body, headers, exchange = asyncio.run(work())
    assert body == expected
    assert KEY not in str(headers)
    assert KEY not in str(exchange)


def test_a_key_that_is_cut_by_the_provider_does_not_pass_either():
    """The second half is sent only when the client has what stands before the key."""
    heard_so_far = asyncio.Event()

    async def script(writer):
        writer.write(SSE + chunk(WHOLE[:MIDDLE]))
        await writer.drain()
        await heard_so_far.wait()
        writer.write(chunk(WHOLE[MIDDLE:]) + b"0\r\n\r\n")

    async def work():
        async with provider(script) as (_, upstream), one_lane(upstream) as client:
            head = {"x-api-key": client.lane.token}
            body = {"model": "m", "messages": [], "stream": True, "stream_options": {"include_usage": True}}
            url = client.lane.base_url + "/v1/chat/completions"
            async with client.session.post(url, json=body, headers=head) as answer:
                first = await answer.content.readany()
                heard_so_far.set()
                return first, await answer.read()

    first, rest = asyncio.run(asyncio.wait_for(work(), 60))
    assert first == WHOLE[: MIDDLE - 5]
    assert first + rest == WHOLE.replace(KEY.encode(), STARS.encode())
