"""Further sockets on which the gateway hears."""

from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest
from gateway_lanes import Says, everywhere, question, raw

from specrun.gateway.lane import LaneSettings
from specrun.gateway.server import open_gateway
from specrun.gateway.stub import Stub


def listener() -> tuple[socket.socket, str]:
    """A socket that listens, and its URL."""
    made = socket.create_server(("127.0.0.1", 0))
    return made, f"http://127.0.0.1:{made.getsockname()[1]}"


def settings(model, heard=None) -> LaneSettings:
    told = heard.append if heard is not None else lambda _: None
    return LaneSettings(name="trial", upstreams=everywhere(Stub(model)), on_exchange=told)


async def ask(session, url, lane, token=None) -> int:
    head = {"Authorization": f"Bearer {token or lane.token}"}
    path = f"{url}/{lane.prefix}/v1/chat/completions"
    async with session.post(path, json=question(), headers=head) as response:
        await response.read()
        return response.status


async def refused(url: str) -> bool:
    """Whether nobody listens there."""
    try:
        await raw(url, b"")
    except ConnectionRefusedError:
        return True
    return False


def test_a_lane_is_reached_over_every_attached_socket_and_no_longer_than_it_is_attached():
    async def work():
        heard = []
        one, other = listener(), listener()
        async with (
            open_gateway() as gateway,
            gateway.open_lane(settings(Says(), heard)) as lane,
            aiohttp.ClientSession() as session,
        ):
            async with gateway.attach(one[0], lane):
                async with gateway.attach(other[0], lane):
                    statuses = [await ask(session, url, lane) for url in (gateway.url, one[1], other[1])]
                assert await refused(other[1])
                statuses.append(await ask(session, one[1], lane))
            assert await refused(one[1])
            statuses.append(await ask(session, gateway.url, lane))
        return statuses, [(each.number, each.ending) for each in heard]

    statuses, heard = asyncio.run(work())
    assert statuses == [200] * 5
    assert heard == [(number, "answered") for number in range(1, 6)]


def test_a_socket_of_one_lane_leads_to_no_other():
    async def work():
        made, url = listener()
        async with (
            open_gateway() as gateway,
            gateway.open_lane(settings(Says())) as lane,
            gateway.open_lane(settings(Says())) as other,
            gateway.attach(made, lane),
            aiohttp.ClientSession() as session,
        ):
            return [await ask(session, *way) for way in ((url, other), (gateway.url, other), (url, lane))]

    assert asyncio.run(work()) == [401, 200, 200]


def test_whoever_has_no_token_is_refused_there_too():
    async def work():
        made, url = listener()
        async with (
            open_gateway() as gateway,
            gateway.open_lane(settings(Says())) as lane,
            gateway.attach(made, lane),
            aiohttp.ClientSession() as session,
        ):
            return await ask(session, url, lane, token="sk-guessed"), await ask(session, url, lane)

    assert asyncio.run(work()) == (401, 200)


class Never:
    """A model that thinks for ever."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def answer(self, ask, body):
        self.asked.set()
        await asyncio.Event().wait()


def test_what_is_under_way_over_a_socket_ends_with_it():
    async def work():
        model, heard = Never(), []
        made, url = listener()
        async with (
            open_gateway() as gateway,
            gateway.open_lane(settings(model, heard)) as lane,
            aiohttp.ClientSession() as session,
        ):
            async with gateway.attach(made, lane):
                asking = asyncio.create_task(ask(session, url, lane))
                await model.asked.wait()
            with pytest.raises(aiohttp.ClientError):
                await asking
        return [each.ending for each in heard], made.fileno()

    assert asyncio.run(work()) == (["failed"], -1)
