"""Streams as providers and other servers send them, not as we write them."""

from __future__ import annotations

import json

from gateway_strategies import ask, read

from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Item, Reply
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.sse import data_of, event


def stream(protocol, *events, end=b""):
    named = protocol != "chat"
    sent = [event(json.dumps(said).encode(), said.get("type") if named else None) for said in events]
    return read(WIRES[protocol], [*sent, end])


def delta(**said):
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": said}]}


def text(said):
    return Item(kind="text", author="assistant", text=said)


def call(name, call_id, arguments):
    return Item(kind="tool_call", author="assistant", name=name, call_id=call_id, arguments=arguments)


DONE = b"data: [DONE]\n\n"


def test_chat_with_parallel_calls_whose_pieces_alternate():
    function = [{"index": n, "id": f"c{n}", "function": {"name": f"f{n}", "arguments": ""}} for n in (0, 1)]
    pieces = [{"index": n % 2, "function": {"arguments": str(n)}} for n in range(4)]
    chunks = [delta(tool_calls=function), *(delta(tool_calls=[piece]) for piece in pieces)]
    assert stream("chat", *chunks, end=DONE).items == (call("f0", "c0", "02"), call("f1", "c1", "13"))


def test_chat_of_a_server_that_numbers_no_calls():
    calls = [{"id": f"c{n}", "function": {"name": "f", "arguments": "{}"}} for n in (0, 1)]
    chunks = [delta(tool_calls=[one]) for one in calls]
    assert stream("chat", *chunks, end=DONE).items == (call("f", "c0", "{}"), call("f", "c1", "{}"))


def test_chat_usage_in_the_last_chunk():
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "prompt_tokens_details": {"cached_tokens": 60, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    reply = stream("chat", delta(content="hi"), {"choices": [], "usage": usage}, end=DONE)
    assert reply.raw_usage == usage
    assert reply.usage == Usage(input_tokens=40, cache_read_tokens=60, output_tokens=20, reasoning_tokens=5)


def test_chat_with_several_choices_keeps_the_first_and_says_so():
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}]}
    reply = stream("chat", delta(content="yes"), other, end=DONE)
    assert reply.items == (text("yes"),)
    assert reply.notes == ("2 choices: only the first is kept",)


def test_what_is_malformed_is_noted_and_the_rest_is_kept():
    bad = [b"data: {oops}\n\n", b'data: {"choices":[{"delta":7}]}\n\n', b"data: \xff\n\n"]
    good = [event(json.dumps(delta(content=said)).encode()) for said in "abc"]
    reply = read(WIRES["chat"], [good[0], bad[0], good[1], bad[1], bad[2], good[2], DONE])
    assert reply.items == (text("abc"),)
    assert reply.notes == ("event 2: not JSON", "event 4: JSON of another shape", "event 5: not JSON")
    assert reply.whole


def test_endless_nonsense_does_not_fill_the_memory():
    reply = read(WIRES["messages"], [b"data: nonsense\n\n"] * 5000)
    assert len(reply.notes) == 20


def test_a_stream_that_is_not_one():
    for wire in WIRES.values():
        reply = read(wire, [b"<html>\n\n<body>502 Bad Gateway</body>"])
        assert reply == Reply(whole=False, notes=("the stream ends before the answer does",))


def test_errors_within_a_stream():
    openai = {"error": {"message": "too\nmuch", "type": "server_error"}}
    anthropic = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    failed = {"id": "r", "status": "failed", "error": {"code": "server_error", "message": "sorry"}}
    assert stream("chat", delta(content="a"), openai).failure == "too much"
    assert stream("messages", anthropic).failure == "Overloaded"
    assert stream("responses", {"type": "error", "message": "no"}).failure == "no"
    reply = stream("responses", {"type": "response.failed", "response": failed})
    assert (reply.failure, reply.stop_reason, reply.whole) == ("sorry", "failed", True)


def start(**usage):
    return {"type": "message_start", "message": {"id": "m", "model": "c", "content": [], "usage": usage}}


def block(**said):
    return {"type": "content_block_start", "index": 0, "content_block": said}


def piece(**said):
    return {"type": "content_block_delta", "index": 0, "delta": said}


def test_messages_usage_is_of_the_whole_answer_so_far():
    creation = {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 4}
    reply = stream(
        "messages",
        start(input_tokens=9, cache_creation_input_tokens=5, cache_creation=creation, output_tokens=1),
        {"type": "ping"},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 30}},
        {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 33, "input_tokens": None}},
        {"type": "message_stop"},
    )
    assert reply.usage == Usage(
        input_tokens=9, cache_write_tokens=5, cache_write_long_tokens=4, output_tokens=33
    )
    assert reply.raw_usage["output_tokens"] == 33
    assert reply.stop_reason == "end_turn"


def test_the_first_count_of_a_cut_answer_is_not_its_usage():
    reply = stream("messages", start(input_tokens=9, output_tokens=1), block(type="text", text="a"))
    assert reply.usage == Usage(input_tokens=9)
    assert reply.items == (text("a"),)


def test_messages_arguments_in_pieces():
    begin = block(type="tool_use", id="t", name="Bash", input={})
    pieces = [piece(type="input_json_delta", partial_json=said) for said in ("", '{"a":', ' "b"}')]
    assert stream("messages", start(), begin, *pieces).items == (call("Bash", "t", '{"a":"b"}'),)
    assert stream("messages", start(), begin).items == (call("Bash", "t", "{}"),)
    # Cut in the middle: what there is, as it is.
    assert stream("messages", start(), begin, *pieces[:2]).items == (call("Bash", "t", '{"a":'),)


def test_a_piece_of_nothing_is_noted():
    reply = stream("messages", start(), piece(type="text_delta", text="x"), {"type": "message_stop"})
    assert reply.items == ()
    assert reply.notes == ("event 2: a piece of a block that did not begin",)


def item(kind, number, **said):
    return {"type": f"response.output_item.{kind}", "output_index": number, "item": said}


def written(name, number, said):
    return {"type": f"response.{name}.delta", "output_index": number, "delta": said}


def test_responses_whose_end_repeats_no_output():
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}
    completed = {"id": "r", "model": "m", "status": "completed", "output": []}
    done = item("done", 0, **message)
    reply = stream("responses", done, {"type": "response.completed", "response": completed})
    assert (reply.items, reply.whole, reply.id) == ((text("hi"),), True, "r")


def test_responses_that_only_end():
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}
    details = {"reason": "max_output_tokens"}
    response = {"status": "incomplete", "incomplete_details": details, "output": [message]}
    reply = stream("responses", {"type": "response.incomplete", "response": response})
    assert (reply.items, reply.stop_reason) == ((text("hi"),), "max_output_tokens")


def test_responses_cut_in_the_middle_of_an_item():
    reply = stream(
        "responses",
        {"type": "response.created", "response": {"id": "r", "model": "m", "status": "in_progress"}},
        item("added", 0, type="message", role="assistant", content=[]),
        written("output_text", 0, "he"),
        written("output_text", 0, "y"),
        item("added", 1, type="function_call", name="shell", call_id="c", arguments=""),
        written("function_call_arguments", 1, '{"a'),
    )
    assert reply.items == (text("hey"), call("shell", "c", '{"a'))
    assert (reply.id, reply.whole) == ("r", False)


def test_one_recording_answers_stream_and_no_stream():
    wire = WIRES["messages"]
    recorded = stream(
        "messages", start(input_tokens=3), block(type="text", text=""), {"type": "message_stop"}
    )
    assert wire.read_reply(wire.write_reply(recorded, ask("messages"), "s")).items == recorded.items


def test_blocks_are_in_the_order_of_their_numbers():
    late, early = block(type="text", text="b") | {"index": 1}, block(type="text", text="a")
    assert stream("messages", start(), late, early, {"type": "message_stop"}).items == (text("a"), text("b"))


def test_what_responses_clients_build_from_pieces_is_what_is_done():
    reply = Reply(items=(text("hey " * 40), call("shell", "c", '{"a": "%s"}' % ("b" * 99))))
    sent = [json.loads(data_of(raw)) for raw in WIRES["responses"].write_stream(reply, ask("responses"), "s")]
    assert [said["sequence_number"] for said in sent] == list(range(len(sent)))
    for index, field in ((0, "content"), (1, "arguments")):
        of_item = [said for said in sent if said.get("output_index") == index]
        assert not of_item[0]["item"][field]
        pieces = [said["delta"] for said in of_item if said["type"].endswith(".delta")]
        assert len(pieces) > 1
        assert "".join(pieces) == (reply.items[index].arguments or reply.items[index].text)
        assert of_item[-1]["item"] in sent[-1]["response"]["output"]
