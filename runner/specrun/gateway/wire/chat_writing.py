"""OpenAI Chat Completions: writing. A reply is one message here: its texts are joined by line feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.counts import CHAT, write_openai
from specrun.gateway.wire.ids import made
from specrun.gateway.wire.parts import REFUSAL
from specrun.gateway.wire.sse import event
from specrun.gateway.wire.stream import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.wire.base import Ask, Item, Reply


def write_reply(reply: Reply, ask: Ask, seed: str) -> bytes:
    """An answer in one piece. What is neither text nor reasoning nor a tool call is left out."""
    calls = [_call(item, seed, number) for number, item in _calls(reply)]
    message: dict[str, Any] = {
        "role": "assistant",
        **{key: _text(reply, key) for key in ("content", REFUSAL)},
    }
    if thought := _text(reply, _REASONING):
        message[_REASONING] = thought
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "finish_reason": _stop_reason(reply), "logprobs": None}
    answer = {**_head(reply, ask, seed, "chat.completion"), "choices": [choice]}
    return msgspec.json.encode(answer | _usage(reply))


def write_stream(reply: Reply, ask: Ask, seed: str) -> list[bytes]:
    """The events of a streamed answer, with usage if the client asked for it."""
    head = _head(reply, ask, seed, "chat.completion.chunk")
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in _deltas(reply, seed)
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": _stop_reason(reply)}]})
    usage = _usage(reply)
    if ask.stream_usage and usage:
        chunks.append({"choices": [], **usage})
    return [*(event(msgspec.json.encode({**head, **chunk})) for chunk in chunks), event(b"[DONE]")]


_REASONING = "reasoning_content"


def _deltas(reply: Reply, seed: str) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for key in (_REASONING, "content", REFUSAL):
        for piece in pieces(_text(reply, key) or ""):
            yield {key: piece}
    for index, (number, item) in enumerate(_calls(reply)):
        call = _call(item, seed, number)
        inner, field = ("custom", "input") if item.form == "custom" else ("function", "arguments")
        start = {**call, "index": index, inner: {**call[inner], field: ""}}
        yield {"tool_calls": [start]}
        for piece in pieces(call[inner][field]):
            yield {"tool_calls": [{"index": index, inner: {field: piece}}]}


def _head(reply: Reply, ask: Ask, seed: str, kind: str) -> dict[str, Any]:
    return {
        "id": reply.id or made("chatcmpl-", seed, 0),
        "object": kind,
        "created": 0,
        "model": reply.model or ask.model,
    }


def _usage(reply: Reply) -> dict[str, Any]:
    raw = reply.raw_usage or (write_openai(reply.usage, CHAT) if reply.usage else None)
    return {"usage": raw} if raw else {}


def _text(reply: Reply, key: str) -> str | None:
    """All text of a reply that belongs under a key of the message."""
    texts = [item.text for item in reply.items if _key(item) == key]
    return "\n".join(texts) if texts else None


def _key(item: Item) -> str | None:
    if item.kind == "reasoning":
        return _REASONING
    if item.kind == "text":
        return REFUSAL if item.form == REFUSAL else "content"
    return None


def _calls(reply: Reply) -> list[tuple[int, Item]]:
    """The tool calls, each with its number among all items."""
    return [(number, item) for number, item in enumerate(reply.items, 1) if item.kind == "tool_call"]


def _call(item: Item, seed: str, number: int) -> dict[str, Any]:
    call_id = item.call_id or made("call_", seed, number)
    if item.form == "custom":
        return {"id": call_id, "type": "custom", "custom": {"name": item.name, "input": item.arguments or ""}}
    function = {"name": item.name, "arguments": item.arguments or ""}
    return {"id": call_id, "type": "function", "function": function}


def _stop_reason(reply: Reply) -> str:
    return reply.stop_reason or ("tool_calls" if _calls(reply) else "stop")
