"""What is asked and answered is counted: by stage, model and request, and what failed apart."""

from __future__ import annotations

import asyncio
import json
import threading
from decimal import Decimal

import pytest
from fake_provider import chat_answer, provider, saying, with_length
from gateway_lanes import PATHS, Says, one_lane, question

from specrun.gateway.account import rows
from specrun.gateway.prices import Price, PriceTable
from specrun.gateway.stub import Fault
from specrun.gateway.tape import Miss, Recorded
from specrun.gateway.upstream import Origin
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Item, Reply
from specrun.gateway.wire.registry import WIRES

CALL = Item(kind="tool_call", author="assistant", name="bash", call_id="c1", arguments='{"command":"ls"}')
USAGE = Usage(
    input_tokens=100, cache_read_tokens=50, cache_write_tokens=0, output_tokens=20, reasoning_tokens=5
)
PRICE = Price(input=Decimal(2), output=Decimal(10), cache_read=Decimal("0.2"), source="a test")
TABLE = PriceTable(version="t", currency="USD", as_of="2026-01-01", note="a test", models={"m": PRICE})
COST = Decimal("0.00041")
"""(100 x 2 + 50 x 0.2 + 20 x 10) / 1,000,000."""


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("protocol", PATHS)
def test_an_exchange_tells_all_that_events_are_made_of(protocol, stream):
    async def work():
        async with one_lane(model=Says(Reply(items=(CALL,), usage=USAGE)), prices=TABLE) as client:
            client.lane.stage = "fix"
            result = {"role": "user", "content": "and now?"}
            await client.ask(protocol, stream=stream)
            client.lane.stage = "check"
            body = question(protocol, stream=stream)
            body["input" if protocol == "responses" else "messages"].append(result)
            await client.ask(protocol, body=body)
            return client.lane.heard, client.lane.meter

    (first, second), meter = asyncio.run(work())
    assert (first.number, first.stage, first.status, first.retry) == (1, "fix", 200, False)
    assert [(call.name, call.call_id) for call in first.tool_calls] == [("bash", "c1")]
    assert json.loads(first.tool_calls[0].arguments) == {"command": "ls"}
    assert [item.text for item in second.ask.items] == ["hi", "and now?"]
    sums = first.usage
    assert (sums.input_tokens, sums.cache_read_tokens, sums.output_tokens) == (100, 50, 20)
    assert first.cost == COST
    assert list(meter.tallies) == [("fix", "m"), ("check", "m")]


def test_sums_keep_failures_and_retries_apart():
    async def work():
        says = Says(Reply(items=(CALL,), usage=USAGE))
        answer, fault = says.said, Fault(status=500)
        async with one_lane(model=says, prices=TABLE) as client:
            for said, text in ((fault, "a"), (fault, "a"), (answer, "a"), (answer, "a"), (answer, "b")):
                says.said = said
                await client.ask(text=text)
            return [one.retry for one in client.lane.heard], client.lane.meter.tallies

    retries, tallies = asyncio.run(work())
    assert retries == [False, True, True, False, False]
    tally = tallies[("agent", "m")]
    assert tally.counts == {"answered": 3, "failed": 2, "refused": 0, "missed": 0}
    assert tally.retries == 2
    assert (tally.usage.measured.input_tokens, tally.usage.measured.output_tokens) == (300, 60)
    assert (tally.cost, tally.usage.estimated, tally.wasted.measured) == (3 * COST, None, None)


def test_a_provider_that_counts_nothing_is_estimated_and_says_so():
    answer = chat_answer("x" * 41)

    async def work():
        async with provider(saying(with_length(answer))) as (_, upstream), one_lane(upstream) as client:
            await client.ask()
            return client.lane.heard[0].usage, rows(client.lane.meter)

    usage, [row] = asyncio.run(work())
    assert usage.estimated
    assert usage.output_tokens == 11
    assert usage.input_tokens == -(-len(json.dumps(question())) // 4)
    assert (row.basis, row.cost, row.requests["answered"]) == ("estimated", None, 1)


def test_the_cost_of_an_unknown_model_is_unknown_and_so_is_the_sum():
    async def work():
        says = Says(Reply(items=(CALL,), usage=USAGE))
        async with one_lane(model=says, prices=TABLE) as client:
            await client.ask()
            await client.ask(body=question() | {"model": "other"})
            return client.lane.heard, rows(client.lane.meter)

    heard, found = asyncio.run(work())
    assert [one.cost for one in heard] == [COST, None]
    assert [(row.model, row.cost) for row in found] == [("m", COST), ("other", None)]


class Tape:
    """A tape that has one answer, and keeps what it is given."""

    def __init__(self, found=None, broken=None, lost=None) -> None:
        self.found, self.broken, self.lost = found, broken, lost
        self.kept, self.synced = [], 0

    def answer(self, ask, body):
        return self.found

    def keep(self, taken):
        if self.broken:
            raise self.broken
        self.kept.append(taken)

    def sync(self):
        if self.lost:
            raise self.lost
        self.synced = len(self.kept)


@pytest.mark.parametrize("stream", [False, True])
def test_what_an_upstream_says_is_recorded_as_it_came(stream):
    tape = Tape()

    async def work():
        says = Says(Reply(items=(CALL,), usage=USAGE))
        async with one_lane(model=says, tape=tape) as client:
            _, body = await client.ask(stream=stream)
            says.said = Fault(status=503, chunks=(b"busy",))
            await client.ask(text="more")
            return body

    body = asyncio.run(work())
    good, bad = tape.kept
    assert (good.status, good.whole, json.loads(good.body)) == (200, True, question(stream=stream))
    assert b"prompt_tokens" in good.answer
    assert good.answer == body or stream
    assert b"prompt_tokens" not in body or not stream
    assert (bad.status, bad.whole, bad.answer) == (503, False, b"busy")


@pytest.mark.parametrize("protocol", PATHS)
def test_a_recorded_answer_needs_no_upstream(protocol):
    wire = WIRES[protocol]
    reply = Reply(items=(CALL,), usage=USAGE)

    async def work():
        says = Says()
        async with one_lane(model=says, prices=TABLE) as client:
            ask = wire.read_ask(json.dumps(question(protocol)).encode())
            recorded = wire.write_reply(reply, ask, "seed")
            origin = Origin(place=4, characters=1)
            tape = Tape(Recorded(status=200, content_type="application/json", body=recorded, origin=origin))
            client.lane.play(tape)
            status, body = await client.ask(protocol)
            return status, body == recorded, says.asked, tape.kept, client.lane.heard[0]

    status, same, asked, kept, heard = asyncio.run(work())
    assert (status, same, asked, kept) == (200, True, [], [])
    assert (heard.replayed, heard.recorded) == (True, 4)
    assert (heard.usage.output_tokens, heard.cost) == (20, COST)


def test_a_miss_asks_nobody_and_halts_the_lane():
    async def work():
        says = Says()
        async with one_lane(model=says, tape=Tape(Miss("nothing like it"))) as client:
            found = [await client.ask(protocol) for protocol in PATHS]
            return found, says.asked, client.lane, [one.ending for one in client.lane.heard]

    found, asked, lane, endings = asyncio.run(work())
    assert [status for status, _ in found] == [401, 400, 403]
    assert all(b"nothing like it" in body for _, body in found)
    assert (asked, endings) == ([], ["missed"])
    assert (lane.halt.reason, lane.halted.is_set()) == ("cassette_miss", True)


def test_what_cannot_be_recorded_halts_the_lane():
    async def work():
        async with one_lane(tape=Tape(broken=OSError(28, "No space left on device"))) as client:
            first, _ = await client.ask()
            await client.lane.halted.wait()
            second, _ = await client.ask()
            return first, second, client.lane.halt

    first, second, halt = asyncio.run(work())
    assert (first, second, halt.reason) == (200, 502, "infra_error")
    assert "No space left on device" in halt.text


def test_all_is_recorded_in_order_before_a_lane_is_over_however_slow_the_disk():
    class Slow(Tape):
        def __init__(self) -> None:
            super().__init__()
            self.busy, self.gate = 0, threading.Event()

        def keep(self, taken):
            self.gate.wait(60)
            self.busy += 1
            assert self.busy == 1
            super().keep(taken)
            self.busy -= 1

    tape = Slow()

    async def work():
        async with one_lane(tape=tape) as client:
            for number in range(20):
                await client.ask(text=str(number))
            assert tape.kept == []
            tape.gate.set()

    asyncio.run(work())
    assert [json.loads(taken.body)["messages"][0]["content"] for taken in tape.kept] == [
        str(number) for number in range(20)
    ]
    assert tape.synced == 20


def test_an_owner_that_cannot_write_an_exchange_down_halts_the_lane():
    def full(_):
        raise OSError(28, "No space left on device")

    async def work():
        async with one_lane(on_exchange=full) as client:
            return [(await client.ask())[0] for _ in range(2)], client.lane.halt.reason

    assert asyncio.run(work()) == ([200, 502], "infra_error")


@pytest.mark.parametrize("what", ["broken", "lost"])
def test_what_the_last_exchange_could_not_leave_is_known_when_the_lane_is_over(what):
    async def work():
        async with one_lane(tape=Tape(**{what: OSError(28, "No space left on device")})) as client:
            await client.ask()
            lane = client.lane
        return lane.halt.reason

    assert asyncio.run(work()) == "infra_error"


def test_embeddings_are_on_no_cassette():
    async def work():
        async with one_lane(tape=Tape()) as client:
            status, _ = await client.ask(path="/v1/embeddings", body=b'{"model": "e", "input": "x"}')
            return status, client.lane.halt

    assert asyncio.run(work()) == (404, None)


def test_an_estimate_of_a_replayed_answer_stands_on_the_normal_form_of_its_request():
    wire = WIRES["chat"]

    async def work():
        async with one_lane(model=Says()) as client:
            ask = wire.read_ask(json.dumps(question("chat")).encode())
            body = wire.write_reply(Reply(items=(CALL,)), ask, "seed")
            origin = Origin(place=0, characters=4000)
            client.lane.play(
                Tape(Recorded(status=200, content_type="application/json", body=body, origin=origin))
            )
            await client.ask("chat")
            return client.lane.heard[0].usage

    usage = asyncio.run(work())
    assert (usage.input_tokens, usage.estimated) == (1000, True)
