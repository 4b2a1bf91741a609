"""The official clients take what we write, streamed and not, and see in it what we meant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Item, Reply
from specrun.gateway.wire.errors import error
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.routing import route_of

openai = pytest.importorskip("openai", reason="the openai package is not installed")
anthropic = pytest.importorskip("anthropic", reason="the anthropic package is not installed")

ARGUMENTS = {"command": "ls -la", "why": "é" * 60}
REPLY = Reply(
    items=(
        Item(kind="reasoning", author="assistant", text="first think", sealed="c2VhbA=="),
        Item(kind="text", author="assistant", text="I look around.\n" * 9),
        Item(
            kind="tool_call", author="assistant", name="bash", call_id="c1", arguments=json.dumps(ARGUMENTS)
        ),
        Item(kind="tool_call", author="assistant", name="bash", arguments='{"command":"pwd"}'),
    ),
    usage=Usage(
        input_tokens=10,
        cache_read_tokens=80,
        cache_write_tokens=10,
        cache_write_long_tokens=3,
        output_tokens=30,
        reasoning_tokens=12,
    ),
)
TEXT = REPLY.items[1].text
FAULT = "the budget of this trial is spent"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        route = route_of("POST", self.path)
        wire = WIRES[route.name]
        asked = wire.read_ask(body)
        if asked.model == "broke":
            status, headers, answer = error(wire.protocol, "budget", FAULT)
        elif asked.stream:
            status, headers = 200, {"content-type": "text/event-stream"}
            answer = b"".join(wire.write_stream(self.server.reply, asked, "seed"))
        else:
            status, headers = 200, {"content-type": "application/json"}
            answer = wire.write_reply(self.server.reply, asked, "seed")
        self.server.asked.append(asked)
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.asked, server.reply = [], REPLY
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def openai_client(server):
    with openai.OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="k") as client:
        yield client


@pytest.fixture
def anthropic_client(server):
    with anthropic.Anthropic(base_url=f"http://127.0.0.1:{server.server_port}", api_key="k") as client:
        yield client


MESSAGES = [{"role": "user", "content": "look"}]
FUNCTION = {"name": "bash", "parameters": {"type": "object", "properties": {}}}
CHAT = {"model": "m", "messages": MESSAGES, "tools": [{"type": "function", "function": FUNCTION}]}
RESPONSES = {"model": "m", "input": "look", "tools": [{"type": "function", **FUNCTION, "strict": False}]}
TOOL = {"name": "bash", "input_schema": {"type": "object"}}
ANTHROPIC = {"model": "m", "max_tokens": 99, "messages": MESSAGES, "tools": [TOOL]}


def check_chat(message, usage):
    assert message.content == TEXT
    first, second = message.tool_calls
    assert (first.id, first.function.name) == ("c1", "bash")
    assert json.loads(first.function.arguments) == ARGUMENTS
    assert json.loads(second.function.arguments) == {"command": "pwd"}
    assert second.id.startswith("call_")
    assert (usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens) == (100, 80)
    assert (usage.completion_tokens, usage.completion_tokens_details.reasoning_tokens) == (30, 12)


def test_chat(openai_client, server):
    completion = openai_client.chat.completions.create(**CHAT)
    assert completion.choices[0].finish_reason == "tool_calls"
    check_chat(completion.choices[0].message, completion.usage)
    (asked,) = server.asked
    assert (asked.model, asked.tools, asked.stream) == ("m", ("bash",), False)
    assert asked.items == (Item(kind="text", author="user", text="look"),)


def test_chat_streamed(openai_client, server):
    with openai_client.chat.completions.stream(**CHAT, stream_options={"include_usage": True}) as stream:
        assert sum(event.type == "content.delta" for event in stream) > 1
        completion = stream.get_final_completion()
    check_chat(completion.choices[0].message, completion.usage)
    assert server.asked[0].stream_usage


def test_chat_streamed_without_usage(openai_client):
    chunks = list(openai_client.chat.completions.create(**CHAT, stream=True))
    assert all(chunk.usage is None and len(chunk.choices) == 1 for chunk in chunks)


def check_response(response):
    reasoning, message, first, second = response.output
    assert reasoning.summary[0].text == "first think"
    assert reasoning.encrypted_content == "c2VhbA=="
    assert (message.type, response.output_text) == ("message", TEXT)
    assert (first.call_id, json.loads(first.arguments)) == ("c1", ARGUMENTS)
    assert json.loads(second.arguments) == {"command": "pwd"}
    usage = response.usage
    assert (usage.input_tokens, usage.input_tokens_details.cached_tokens) == (100, 80)
    assert (usage.output_tokens, usage.output_tokens_details.reasoning_tokens) == (30, 12)
    assert response.status == "completed"


def test_responses(openai_client):
    check_response(openai_client.responses.create(**RESPONSES))


def test_responses_streamed(openai_client):
    with openai_client.responses.stream(**RESPONSES) as stream:
        events = list(stream)
        check_response(stream.get_final_response())
    assert [event.sequence_number for event in events] == list(range(len(events)))
    names = [event.type for event in events]
    assert (names[0], names[-1]) == ("response.created", "response.completed")
    written = [event for event in events if event.type == "response.function_call_arguments.delta"]
    assert json.loads("".join(event.delta for event in written if event.output_index == 2)) == ARGUMENTS


def check_message(message):
    thinking, text, first, second = message.content
    assert (thinking.thinking, thinking.signature) == ("first think", "c2VhbA==")
    assert text.text == TEXT
    assert (first.id, first.name, first.input) == ("c1", "bash", ARGUMENTS)
    assert second.input == {"command": "pwd"}
    assert message.stop_reason == "tool_use"
    usage = message.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (10, 80, 30)
    assert usage.cache_creation.ephemeral_1h_input_tokens == 3


def test_messages(anthropic_client, server):
    check_message(anthropic_client.messages.create(**ANTHROPIC))
    assert server.asked[0].max_output_tokens == 99


def test_messages_streamed(anthropic_client):
    with anthropic_client.messages.stream(**ANTHROPIC) as stream:
        assert "".join(stream.text_stream) == TEXT
        check_message(stream.get_final_message())


def said(**more):
    return Item(author="assistant", **more)


UNUSUAL = (
    said(kind="reasoning", sealed="c2VhbA=="),
    said(kind="text", text="I cannot.", form="refusal"),
    said(kind="tool_call", name="patch", call_id="c9", arguments="+x\n" * 40, form="custom"),
)


def test_custom_tools_and_refusals_in_responses(openai_client, server):
    server.reply = Reply(items=UNUSUAL, stop_reason="max_output_tokens")
    with openai_client.responses.stream(**RESPONSES) as stream:
        events = list(stream)
    assert events[-1].type == "response.incomplete"
    for response in (events[-1].response, openai_client.responses.create(**RESPONSES)):
        reasoning, message, call = response.output
        assert (reasoning.summary, reasoning.encrypted_content) == ([], "c2VhbA==")
        assert message.content[0].refusal == "I cannot."
        assert (call.type, call.call_id, call.input) == ("custom_tool_call", "c9", "+x\n" * 40)
        assert response.incomplete_details.reason == "max_output_tokens"


def test_refusals_in_chat(openai_client, server):
    server.reply = Reply(items=UNUSUAL[:2])
    with openai_client.chat.completions.stream(**CHAT) as stream:
        streamed = stream.get_final_completion()
    for completion in (streamed, openai_client.chat.completions.create(**CHAT)):
        (choice,) = completion.choices
        assert (choice.message.refusal, choice.finish_reason) == ("I cannot.", "stop")


def test_blocks_that_messages_alone_has(anthropic_client, server):
    search = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "x"}}
    other = said(kind="other", text=json.dumps(search), form="server_tool_use")
    redacted = said(kind="reasoning", form="redacted_thinking", sealed="c2VhbA==")
    server.reply = Reply(items=(redacted, other, said(kind="text", text="")), usage=Usage(output_tokens=1))
    with anthropic_client.messages.stream(**ANTHROPIC) as stream:
        streamed = stream.get_final_message()
    for message in (streamed, anthropic_client.messages.create(**ANTHROPIC)):
        first, second, third = message.content
        assert (first.data, third.text) == ("c2VhbA==", "")
        assert second.to_dict().items() >= search.items()


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("chat", openai.AuthenticationError),
        ("responses", openai.BadRequestError),
        ("messages", anthropic.PermissionDeniedError),
    ],
)
def test_a_spent_budget_is_not_tried_again(openai_client, anthropic_client, server, protocol, expected):
    create, body = {
        "chat": (openai_client.chat.completions.create, CHAT),
        "responses": (openai_client.responses.create, RESPONSES),
        "messages": (anthropic_client.messages.create, ANTHROPIC),
    }[protocol]
    with pytest.raises(expected, match=FAULT):
        create(**body | {"model": "broke"})
    assert len(server.asked) == 1
