from __future__ import annotations

import json

import pytest

from specrun.gateway.wire.base import Item, WireError
from specrun.gateway.wire.registry import WIRES


def read(protocol, **body):
    return WIRES[protocol].read_ask(json.dumps(body).encode())


def text(author, said, **more):
    return Item(kind="text", author=author, text=said, **more)


def call(name, call_id, arguments, **more):
    return Item(kind="tool_call", author="assistant", name=name, call_id=call_id, arguments=arguments, **more)


def result(call_id, said, **more):
    return Item(kind="tool_result", author="tool", call_id=call_id, text=said, **more)


def test_chat():
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
    asked = read(
        "chat",
        model="gpt",
        stream=True,
        stream_options={"include_usage": True},
        max_tokens=7,
        max_completion_tokens=9,
        n=2,
        tools=[
            {"type": "function", "function": {"name": "bash"}},
            {"type": "custom", "custom": {"name": "patch"}},
            {"type": "from_the_future"},
        ],
        messages=[
            {"role": "developer", "content": "be brief"},
            {"role": "user", "content": [{"type": "text", "text": "look"}, image]},
            {
                "role": "assistant",
                "content": None,
                "reasoning_content": "hm",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": "{}"}},
                    {"id": "c2", "type": "custom", "custom": {"name": "patch", "input": "+x"}},
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "a"}, image]},
            {"role": "tool", "tool_call_id": "c2", "content": "done"},
            {"role": "assistant", "refusal": "no"},
        ],
    )
    assert (asked.model, asked.stream, asked.stream_usage) == ("gpt", True, True)
    assert (asked.max_output_tokens, asked.choices) == (9, 2)
    assert asked.tools == ("bash", "patch", "from_the_future")
    other = Item(kind="other", author="user", text=json.dumps(image, separators=(",", ":")), form="image_url")
    assert asked.items == (
        text("system", "be brief"),
        text("user", "look"),
        other,
        Item(kind="reasoning", author="assistant", text="hm"),
        call("bash", "c1", "{}"),
        call("patch", "c2", "+x", form="custom"),
        result("c1", "a\n[image_url]"),
        result("c2", "done"),
        text("assistant", "no", form="refusal"),
    )


def test_chat_before_tools_had_ids():
    asked = read(
        "chat",
        model="gpt",
        functions=[{"name": "ls"}],
        messages=[
            {"role": "assistant", "content": "", "function_call": {"name": "ls", "arguments": "{}"}},
            {"role": "function", "name": "ls", "content": "a b"},
        ],
    )
    assert asked.tools == ("ls",)
    assert asked.stream_usage is False
    assert asked.items == (
        text("assistant", ""),
        call("ls", None, "{}"),
        result(None, "a b", name="ls"),
    )


def test_responses():
    search = {"type": "web_search_call", "id": "ws", "status": "completed"}
    asked = read(
        "responses",
        model="gpt",
        instructions="be brief",
        max_output_tokens=5,
        previous_response_id="resp_1",
        tools=[{"type": "function", "name": "shell"}, {"type": "mcp", "server_label": "docs"}],
        input=[
            {"role": "user", "content": "look"},
            {
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": "hm"}],
                "encrypted_content": "X",
            },
            {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": '{"a": 1}'},
            {"type": "function_call_output", "call_id": "c1", "output": "ok"},
            {"type": "custom_tool_call", "call_id": "c2", "name": "patch", "input": "+x"},
            {
                "type": "custom_tool_call_output",
                "call_id": "c2",
                "output": [{"type": "input_text", "text": "y"}],
            },
            {"type": "local_shell_call_output", "call_id": "c3", "output": "z"},
            search,
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]},
        ],
    )
    assert (asked.stream, asked.max_output_tokens, asked.previous_id) == (False, 5, "resp_1")
    assert asked.tools == ("shell", "docs")
    written = json.dumps(search, separators=(",", ":"))
    assert asked.items == (
        text("system", "be brief"),
        text("user", "look"),
        Item(kind="reasoning", author="assistant", text="hm", sealed="X"),
        call("shell", "c1", '{"a": 1}'),
        result("c1", "ok"),
        call("patch", "c2", "+x", form="custom"),
        result("c2", "y"),
        result("c3", "z", form="local_shell_call_output"),
        Item(kind="other", author="assistant", text=written, form="web_search_call"),
        text("assistant", "done"),
    )


def test_responses_with_a_plain_input():
    assert read("responses", model="gpt", input="look").items == (text("user", "look"),)


def test_messages():
    asked = read(
        "messages",
        model="claude",
        max_tokens=64,
        stream=True,
        system=[{"type": "text", "text": "be brief", "cache_control": {"type": "ephemeral"}}],
        tools=[{"name": "Bash", "input_schema": {}}, {"type": "bash_20990101", "name": "bash"}],
        metadata={"user_id": "{}"},
        messages=[
            {"role": "user", "content": "look"},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "S"},
                    {"type": "redacted_thinking", "data": "R"},
                    {"type": "text", "text": "I look"},
                    {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "a"}]},
                    {"type": "tool_result", "tool_use_id": "t2", "is_error": True},
                    {"type": "text", "text": "go on"},
                ],
            },
        ],
    )
    assert (asked.stream, asked.max_output_tokens, asked.tools) == (True, 64, ("Bash", "bash"))
    assert asked.items == (
        text("system", "be brief"),
        text("user", "look"),
        Item(kind="reasoning", author="assistant", text="hm", sealed="S"),
        Item(kind="reasoning", author="assistant", form="redacted_thinking", sealed="R"),
        text("assistant", "I look"),
        call("Bash", "t1", '{"command":"ls"}'),
        result("t1", "a"),
        result("t2", ""),
        text("user", "go on"),
    )


@pytest.mark.parametrize(
    ("protocol", "field"), [("chat", "messages"), ("responses", "input"), ("messages", "messages")]
)
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"model": 3}', b"\xff", b"[" * 10**5])
def test_what_is_no_request_is_refused_in_one_line(protocol, field, body):
    for wrong in (body, b'{"model": "m"}', b'{"model": "m", "%b": 7}' % field.encode()):
        with pytest.raises(WireError) as caught:
            WIRES[protocol].read_ask(wrong)
        assert str(caught.value).isprintable()


def test_half_a_surrogate_pair_as_javascript_writes_it_is_no_reason_to_fail():
    body = b'{"model":"m","messages":[{"role":"user","content":"cut \\ud83d"}]}'
    assert WIRES["chat"].read_ask(body).items == (text("user", "cut ?"),)
