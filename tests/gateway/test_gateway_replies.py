from __future__ import annotations

import json

import msgspec
import pytest
from gateway_strategies import ask, cut, places, read, replies
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import PROTOCOLS, Item, Reply, WireError
from specrun.gateway.wire.registry import WIRES

protocols = st.sampled_from(PROTOCOLS)
cases = protocols.flatmap(lambda protocol: st.tuples(st.just(WIRES[protocol]), replies(protocol)))


def without_raw(reply):
    return msgspec.structs.replace(reply, raw_usage=None)


@given(cases)
def test_what_is_written_is_read_again(case):
    wire, reply = case
    seen = wire.read_reply(wire.write_reply(reply, ask(wire.protocol), "seed"))
    assert without_raw(seen) == reply
    # From now on the provider's usage is there verbatim, and all of it comes back.
    assert wire.read_reply(wire.write_reply(seen, ask(wire.protocol), "seed")) == seen


@given(cases, places)
def test_a_stream_says_the_same_however_it_is_cut(case, places):
    wire, reply = case
    stream = b"".join(wire.write_stream(reply, ask(wire.protocol), "seed"))
    seen = read(wire, cut(stream, places))
    assert without_raw(seen) == reply
    assert seen == wire.read_reply(wire.write_reply(reply, ask(wire.protocol), "seed"))


@given(cases, places, st.sampled_from([b"\r\n", b"\r"]), st.integers(0, 10**6))
def test_line_ends_comments_and_cuts_make_no_difference(case, places, end, place):
    wire, reply = case
    events = wire.write_stream(reply, ask(wire.protocol), "seed")
    place %= len(events)
    events[place:place] = [b": ping\n\n", b"id: 7\nretry: 9\n\n", b"\n"]
    stream = b"".join(events).replace(b"\n", end)
    assert without_raw(read(wire, cut(stream, places))) == reply


@given(cases, places, st.integers(0, 10**6))
def test_a_stream_that_is_cut_off_reads_alike_however_it_came(case, places, place):
    wire, reply = case
    stream = b"".join(wire.write_stream(reply, ask(wire.protocol), "seed"))
    stream = stream[: place % len(stream)]
    seen = read(wire, cut(stream, places))
    assert seen == read(wire, [stream])
    said = "".join(item.text for item in reply.items)
    assert all(item.text in said for item in seen.items if item.kind == "text")
    if not seen.whole:
        assert seen.notes[-1] == "the stream ends before the answer does"
        assert seen.usage is None or seen.usage.output_tokens is None


@pytest.mark.parametrize("wire", WIRES.values(), ids=PROTOCOLS)
def test_what_a_script_leaves_open_is_filled_in_alike_every_time(wire):
    items = (
        Item(kind="text", author="assistant", text="look"),
        Item(kind="tool_call", author="assistant", name="bash", arguments='{"command":"ls"}'),
        Item(kind="tool_call", author="assistant", name="bash", arguments='{"command":"pwd"}'),
    )
    reply = Reply(items=items)
    first, again, other = (wire.write_reply(reply, ask(wire.protocol), seed) for seed in ("a", "a", "b"))
    assert first == again
    seen, unlike = wire.read_reply(first), wire.read_reply(other)
    assert seen == read(wire, wire.write_stream(reply, ask(wire.protocol), "a"))
    assert seen.model == "asked-for"
    assert seen.stop_reason in ("tool_calls", "completed", "tool_use")
    assert (seen.usage, seen.raw_usage) == (None, None)
    ids = [seen.id, *(item.call_id for item in seen.items[1:])]
    assert len(set(ids)) == 3
    assert not set(ids) & {unlike.id, *(item.call_id for item in unlike.items)}


def test_a_chat_stream_has_usage_only_if_it_is_asked_for():
    wire = WIRES["chat"]
    reply = Reply(usage=Usage(input_tokens=3, output_tokens=4))
    asked, unasked = (
        wire.write_stream(reply, ask("chat", stream_usage=wanted), "s") for wanted in (True, False)
    )
    assert [event for event in asked if event not in unasked] == [asked[-2]]
    assert json.loads(asked[-2].removeprefix(b"data: "))["choices"] == []


def test_the_end_of_a_messages_stream_repeats_no_more_than_providers_do():
    raw = {"input_tokens": 3, "output_tokens": 9, "service_tier": "standard", "cache_read_input_tokens": 2}
    events = WIRES["messages"].write_stream(Reply(raw_usage=raw), ask("messages"), "s")
    start, last = (json.loads(events[number].partition(b"data: ")[2]) for number in (0, -2))
    assert start["message"]["usage"] == raw | {"output_tokens": 0}
    assert last["usage"] == {"input_tokens": 3, "output_tokens": 9, "cache_read_input_tokens": 2}


@pytest.mark.parametrize("arguments", ["[1]", "{", "ls -la"])
def test_messages_cannot_say_arguments_that_are_no_object(arguments):
    reply = Reply(items=(Item(kind="tool_call", author="assistant", name="bash", arguments=arguments),))
    for write in (WIRES["messages"].write_reply, WIRES["messages"].write_stream):
        with pytest.raises(WireError):
            write(reply, ask("messages"), "s")
