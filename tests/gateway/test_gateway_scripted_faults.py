"""Attempts to get a scripted answer fail as the script says, in order, before it is given."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from gateway_lanes import PATHS
from scripted_lanes import Talk, anthropic, following, openai, script

from specrun.gateway.scripted import Scripted
from specrun.gateway.wire.base import Ask

MODES = [(protocol, stream) for protocol in PATHS for stream in (False, True)]


def turns(*answers: dict) -> dict:
    return {"turns": list(answers)}


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_clients_try_again_until_the_answer_is_given(protocol, stream):
    faults = [{"status": 429, "retry_after": 0}, {"status": 500}]

    async def work(clients):
        talk = Talk(clients, protocol, "hi", stream=stream)
        said = [(await talk.turn())["say"]]
        talk.say("go on")
        said.append((await talk.turn())["say"])
        return said, [(heard.ending, heard.status, heard.retry) for heard in clients.lane.heard]

    said, heard = following(work, turns({"say": "a", "faults": faults}, {"say": "b"}), retries=2)
    assert said == ["a", "b"]
    assert heard == [
        ("failed", 429, False),
        ("failed", 500, True),
        ("answered", 200, True),
        ("answered", 200, False),
    ]


@pytest.mark.parametrize("protocol", PATHS)
def test_each_conversation_and_each_turn_has_attempts_of_its_own(protocol):
    faulty = {"faults": [{"status": 503}], "calls": [{"tool": "bash", "arguments": {}}]}

    async def work(clients):
        for prompt in ("one", "two"):
            talk = Talk(clients, protocol, prompt, stream=False)
            for _ in range(2):
                [call_id] = (await talk.turn())["calls"]
                talk.result(call_id, "done")
        return [heard.status for heard in clients.lane.heard]

    assert following(work, turns(faulty, faulty), retries=1) == [503, 200] * 4
    assert following(work, {"rules": [faulty]}, retries=1) == [503, 200] * 4


def test_an_attempt_in_another_mode_or_with_another_reasoning_is_one_more():
    async def work(clients):
        statuses = []
        for stream, thought in ((True, "x"), (False, "y"), (True, "z")):
            said = {"role": "assistant", "content": "a", "reasoning_content": thought}
            messages = [{"role": "user", "content": "hi"}, said, {"role": "user", "content": "more"}]
            body = {"model": "m", "messages": messages, "stream": stream}
            statuses.append((await clients.ask(body=body))[0])
        return statuses

    told = turns({"say": "a"}, {"say": "b", "faults": [{"status": 500}, {"status": 529}]})
    assert following(work, told) == [500, 529, 200]


ERRORS = {
    400: (openai.BadRequestError, anthropic.BadRequestError),
    401: (openai.AuthenticationError, anthropic.AuthenticationError),
    404: (openai.NotFoundError, anthropic.NotFoundError),
    429: (openai.RateLimitError, anthropic.RateLimitError),
    500: (openai.InternalServerError, anthropic.InternalServerError),
}


@pytest.mark.parametrize("status", sorted(ERRORS))
@pytest.mark.parametrize("protocol", PATHS)
def test_errors_look_like_the_providers(protocol, status):
    async def work(clients):
        with pytest.raises(ERRORS[status][protocol == "messages"]) as caught:
            await Talk(clients, protocol, "hi", stream=False).turn()
        return caught.value.response.headers, caught.value.body

    headers, body = following(work, turns({"say": "a", "faults": [{"status": status, "retry_after": 7}]}))
    assert headers["retry-after"] == "7"
    assert "x-should-retry" not in headers
    said = body["error"] if protocol == "messages" else body
    assert said["type"]
    assert said["message"] == "this attempt fails because the script says so"


LONG = "word " * 100


async def what_comes(clients, protocol, stream):
    """The status and bytes of an answer up to where it breaks off, and whether it does."""
    url = clients.lane.base_url + PATHS[protocol]
    body = {"model": "m", "max_tokens": 9, "stream": stream}
    body["input" if protocol == "responses" else "messages"] = [{"role": "user", "content": "hi"}]
    headers = {"x-api-key": clients.lane.token}
    came = b""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=json.dumps(body), headers=headers) as response,
    ):
        try:
            async for piece in response.content.iter_any():
                came += piece
        except aiohttp.ClientPayloadError:
            return response.status, came, True
        return response.status, came, False


@pytest.mark.parametrize("events", [0, 3, 1000])
@pytest.mark.parametrize("protocol", PATHS)
def test_a_stream_is_cut_behind_an_event(protocol, events):
    async def work(clients):
        cut = await what_comes(clients, protocol, True)
        whole = await what_comes(clients, protocol, True)
        return cut, whole, [heard.ending for heard in clients.lane.heard]

    said = turns({"say": LONG, "faults": [{"cut": events}]})
    (status, came, broke), (_, whole, whole_broke), endings = following(work, said)
    assert (status, broke, whole_broke) == (200, True, False)
    assert came.count(b"\n\n") == min(events, whole.count(b"\n\n"))
    assert endings == ["failed", "answered"]


@pytest.mark.parametrize("protocol", PATHS)
def test_an_answer_in_one_piece_is_cut_in_its_middle(protocol):
    async def work(clients):
        return [await what_comes(clients, protocol, False) for _ in range(2)]

    (_, came, broke), (_, whole, _) = following(work, turns({"say": LONG, "faults": [{"cut": 3}]}))
    assert broke
    assert 0 < len(came) < len(whole)
    with pytest.raises(json.JSONDecodeError):
        json.loads(came)


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_a_malformed_answer_is_neither_json_nor_a_stream(protocol, stream):
    async def work(clients):
        came = await what_comes(clients, protocol, stream)
        again = await what_comes(clients, protocol, stream)
        return came, again, [heard.ending for heard in clients.lane.heard]

    (status, came, broke), (_, again, _), endings = following(
        work, turns({"say": "a", "faults": [{"malformed": True}]})
    )
    assert (status, broke, endings) == (200, False, ["failed", "answered"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(came)
    assert b"data:" not in came
    assert b'"a"' in again


@pytest.mark.parametrize("faults", [[], [{"cut": 2}]])
@pytest.mark.parametrize("protocol", PATHS)
def test_a_pause_stands_before_each_event(protocol, faults):
    said = Scripted(script(turns({"say": "a", "pause": "1h", "faults": faults})))
    fault = asyncio.run(said.answer(Ask(protocol=protocol, model="m", stream=True), b"{}"))
    assert fault.pause == 3600
    assert all(chunk.count(b"\n\n") == 1 for chunk in fault.chunks)
    assert len(fault.chunks) == 2 if faults else len(fault.chunks) > 2


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_a_paused_answer_is_whole(protocol, stream):
    async def work(clients):
        return await Talk(clients, protocol, "hi", stream=stream).turn()

    call = {"tool": "bash", "arguments": {"command": "ls"}}
    said = following(work, turns({"say": LONG, "calls": [call, call], "pause": "1ms"}))
    assert said["say"] == LONG
    assert len(said["calls"]) == 2
