"""No limit is passed: what could pass it is not sent."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import msgspec
import pytest
from gateway_lanes import PATHS, Says, everywhere, one_lane, question
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.gateway.budget import BudgetError, Limits, Purse, hold, most, unworked, used
from specrun.gateway.forecast import DEFAULT_OUTPUT, Forecast
from specrun.gateway.lane import LaneSettings
from specrun.gateway.prices import Price, PriceTable
from specrun.gateway.stub import Fault, Stub
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Item, Reply

PRICE = Price(input=Decimal(3), output=Decimal(15), cache_write=Decimal("3.75"), source="a test")
TABLE = PriceTable(version="t", currency="USD", as_of="2026-01-01", note="a test", models={"m": PRICE})
MILLION = Decimal(1_000_000)


def model(input_tokens: int, output_tokens: int) -> Says:
    text = Item(kind="text", author="assistant", text="x")
    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    return Says(Reply(items=(text,), usage=usage))


counts = st.integers(0, 2_000)


@st.composite
def requests(draw):
    """Prompt and output that may be used, how much of it is, and how long it takes."""
    prompt, output = draw(counts), draw(counts)
    read, written = draw(st.integers(0, prompt)), draw(st.integers(0, prompt))
    usage = Usage(
        input_tokens=prompt - min(read + written, prompt),
        cache_read_tokens=read,
        cache_write_tokens=max(0, min(written, prompt - read)),
        output_tokens=draw(st.integers(0, output)),
        reasoning_tokens=0,
    )
    return prompt, output, usage, draw(st.integers(0, 5)), draw(st.sampled_from(["settle", "fail", "leave"]))


some_limits = st.builds(
    Limits,
    requests=st.none() | st.integers(0, 12),
    tokens=st.none() | st.integers(0, 20_000),
    input_tokens=st.none() | st.integers(0, 9_000),
    output_tokens=st.none() | st.integers(0, 9_000),
    cost=st.none() | st.decimals(0, 1, places=3),
)


def within_limits(purses):
    for purse in purses:
        for name, limit in purse.limits.items():
            assert 0 <= purse.used[name] <= purse.used[name] + purse.held[name] <= limit


@settings(max_examples=150)
@given(some_limits, some_limits, st.lists(requests(), max_size=25))
def test_no_order_of_requests_passes_a_limit(lane_limits, run_limits, wanted):
    """Many at once: used and held together never pass a limit, whatever fails; and nothing stays held."""

    async def work():
        purses = [Purse(lane_limits, "trial"), Purse(run_limits, "run")]

        async def one(prompt, output, usage, turns, end):
            held = most(prompt, output, PRICE)
            try:
                await hold(purses, held)
            except BudgetError:
                return 0
            within_limits(purses)
            for _ in range(turns):
                await asyncio.sleep(0)
            spent = unworked(held, requests=1) if end == "fail" else used(Usage(), None, held)
            if end == "settle":
                spent = used(usage, None, held)
            for purse in purses:
                purse.settle(held, spent)
            within_limits(purses)
            return 1

        sent = sum(await asyncio.gather(*(one(*each) for each in wanted)))
        for purse in purses:
            assert not any(purse.held.values())
            assert purse.used.get("requests", sent) == sent

    asyncio.run(work())


@given(counts, counts)
def test_the_most_that_a_request_can_use_is_enough_for_all_it_can_do(prompt, output):
    held = most(prompt, output, PRICE)
    for usage in (
        Usage(input_tokens=prompt, output_tokens=output, reasoning_tokens=output),
        Usage(input_tokens=0, cache_write_tokens=prompt, output_tokens=output),
        Usage(input_tokens=0, cache_read_tokens=prompt, output_tokens=0),
    ):
        assert all(amount <= held[name] for name, amount in used(usage, Decimal(0), held).items())
    assert held["cost"] == (prompt * Decimal("3.75") + output * 15) / MILLION


def test_what_is_unknown_counts_as_all_that_was_held():
    held = most(100, 50, PRICE)
    assert used(Usage(), None, held) == {name: held[name] for name in used(Usage(), None, held)}
    known = used(Usage(input_tokens=40, cache_read_tokens=9), None, held)
    assert (known["input_tokens"], known["cache_read_tokens"], known["cache_write_tokens"]) == (40, 9, 0)
    assert (known["output_tokens"], known["tokens"], known["cost"]) == (50, 150, held["cost"])


@pytest.mark.parametrize("wrong", [{"requests": -1}, {"cost": Decimal("NaN")}, {"cost": Decimal("Infinity")}])
def test_a_limit_is_a_number(wrong):
    with pytest.raises(ValueError, match="no limit"):
        Limits(**wrong)


def test_a_forecast_learns_from_what_was_counted():
    forecast = Forecast()
    assert forecast.prompt(401) == 101
    forecast.learn(400, Usage(input_tokens=150, cache_read_tokens=50))
    assert forecast.prompt(401) == 201
    forecast.learn(400, Usage(input_tokens=10))
    forecast.learn(400, Usage(input_tokens=400, estimated=True))
    forecast.learn(400, Usage(output_tokens=400))
    assert forecast.prompt(401) == 201


STATUS = {"chat": 401, "responses": 400, "messages": 403}


@pytest.mark.parametrize("protocol", PATHS)
def test_a_spent_budget_is_refused_before_it_is_sent_and_told(protocol):
    async def work():
        says = model(10, 5)
        async with one_lane(model=says, limits=Limits(requests=2)) as client:
            found = [await client.ask(protocol) for _ in range(4)]
            assert client.lane.halted.is_set()
            endings = [one.ending for one in client.lane.heard]
            return found, len(says.asked), client.lane.halt, endings

    found, asked, halt, endings = asyncio.run(work())
    assert [status for status, _ in found] == [200, 200, STATUS[protocol], STATUS[protocol]]
    assert endings == ["answered", "answered", "refused"], "what is asked after it is not in the books"
    assert asked == 2
    assert halt.reason == "budget_exceeded"
    assert "requests used 2 of 2" in halt.text
    assert json.loads(found[2][1])["error"]["message"] == halt.text


@pytest.mark.parametrize(
    ("limits", "sent"),
    [
        (Limits(tokens=1_000), 1),
        (Limits(output_tokens=999), 1),
        (Limits(output_tokens=499), 0),
        (Limits(cost=Decimal("0.0149")), 1),
        (Limits(cost=Decimal("0.0075")), 0),
        (Limits(input_tokens=5), 0),
    ],
)
def test_what_a_request_may_use_must_fit(limits, sent):
    """Each may write 500 tokens, and does; its prompt has 40, and fewer characters than 160."""

    async def work():
        says = model(40, 500)
        async with one_lane(model=says, limits=limits, prices=TABLE) as client:
            for _ in range(3):
                await client.ask(max_tokens=500)
            return len(says.asked), client.lane.purse

    asked, purse = asyncio.run(work())
    assert asked == sent
    assert all(purse.used[name] <= limit for name, limit in purse.limits.items())


def test_without_a_limit_of_its_own_a_request_may_write_what_is_assumed():
    async def work(tokens):
        says = model(1, 1)
        async with one_lane(model=says, limits=Limits(output_tokens=tokens)) as client:
            await client.ask()
            return len(says.asked)

    assert [asyncio.run(work(DEFAULT_OUTPUT + more)) for more in (0, -1)] == [1, 0]


def test_several_choices_are_several_answers():
    async def work():
        says = model(1, 1)
        async with one_lane(model=says, limits=Limits(output_tokens=29)) as client:
            await client.ask(max_tokens=10, n=3)
            return len(says.asked)

    assert asyncio.run(work()) == 0


@pytest.mark.parametrize("prices", [None, TABLE])
def test_a_limit_of_cost_needs_a_price(prices):
    async def work():
        says = model(1, 1)
        async with one_lane(model=says, limits=Limits(cost=Decimal(100)), prices=prices) as client:
            await client.ask(body=json.dumps(question() | {"model": "unknown"}).encode())
            return len(says.asked), client.lane.halt.text

    asked, text = asyncio.run(work())
    assert asked == 0
    assert "no price" in text


def test_the_budget_of_the_run_is_that_of_all_lanes():
    async def work():
        says = model(1, 1)
        async with one_lane(model=says, gateway_limits=Limits(requests=3)) as client:
            opened = LaneSettings(name="two", upstreams=everywhere(Stub(says)))
            async with client.gateway.open_lane(opened) as other:
                first, client.lane = client.lane, other
                found = [(await client.ask())[0] for _ in range(2)]
                client.lane = first
                found += [(await client.ask())[0] for _ in range(2)]
                return found, first.halt, other.halt, len(says.asked)

    found, first, other, asked = asyncio.run(work())
    assert found == [200, 200, 200, 401]
    assert (first.reason, other, asked) == ("budget_exceeded", None, 3)
    assert first.text.startswith("budget of the run")


def test_who_would_fit_alone_waits_for_what_others_hold():
    """Ten at once, each of which could use half of the limit and uses little: all are sent, two at a time."""

    class Slow(Says):
        busy = most_busy = 0

        async def answer(self, ask, body):
            self.busy += 1
            self.most_busy = max(self.busy, self.most_busy)
            for _ in range(20):
                await asyncio.sleep(0)
            self.busy -= 1
            return await super().answer(ask, body)

    async def work():
        says = Slow(model(1, 10).said)
        async with one_lane(model=says, limits=Limits(output_tokens=1_000)) as client:
            asking = (client.ask(text=str(number), max_tokens=450) for number in range(10))
            found = await asyncio.gather(*asking)
            return [status for status, _ in found], says.most_busy, client.lane.purse.used

    statuses, busy, spent = asyncio.run(work())
    assert statuses == [200] * 10
    assert busy <= 2
    assert spent == {"output_tokens": 100}


@pytest.mark.parametrize(("status", "spent"), [(500, 0), (429, 0)])
def test_a_refused_request_uses_itself_alone(status, spent):
    async def work():
        says = Says(Fault(status=status))
        limits = Limits(requests=9, tokens=900)
        async with one_lane(model=says, limits=limits) as client:
            await client.ask(max_tokens=100)
            return client.lane.purse.used, client.lane.purse.held

    used_up, held = asyncio.run(work())
    assert used_up == {"requests": 1, "tokens": spent}
    assert not any(held.values())


def test_a_cut_answer_uses_all_that_it_could():
    async def work():
        fault = Fault(headers=(("content-type", "text/event-stream"),), cut=True)
        async with one_lane(model=Says(fault), limits=Limits(output_tokens=150)) as client:
            with pytest.raises(Exception, match="payload"):
                await client.ask(max_tokens=100, stream=True)
            status, _ = await client.ask(max_tokens=51, text="again")
            return client.lane.purse.used, status

    assert asyncio.run(work()) == ({"output_tokens": 100}, 401)


def test_limits_are_read_strictly():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"tokns": 5}, Limits)
