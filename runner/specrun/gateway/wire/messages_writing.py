"""Anthropic Messages: writing. Every item is a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.counts import write_anthropic
from specrun.gateway.wire.ids import made
from specrun.gateway.wire.loose import raw_object
from specrun.gateway.wire.sse import event
from specrun.gateway.wire.stream import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.wire.base import Ask, Item, Reply

REDACTED = "redacted_thinking"

_FIELDS = {
    "text": ("text", "text_delta", "text"),
    "thinking": ("thinking", "thinking_delta", "thinking"),
    "tool_use": ("input", "input_json_delta", "partial_json"),
}
"""By type of block: the field that is streamed, the type of its pieces, and where a piece holds its text."""

_IN_DELTA = frozenset(
    {
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "output_tokens",
        "output_tokens_details",
        "server_tool_use",
    }
)
"""Usage that the end of a stream repeats. The start has all of it, with no output yet."""


def write_reply(reply: Reply, ask: Ask, seed: str) -> bytes:
    """An answer in one piece. Raises WireError for arguments of a tool that are no JSON object."""
    message = {
        **_head(reply, ask, seed),
        "content": [_block(item, seed, number) for number, item in enumerate(reply.items, 1)],
        "stop_reason": _stop_reason(reply),
        "stop_sequence": None,
    }
    return msgspec.json.encode(message | ({"usage": usage} if (usage := _usage(reply)) else {}))


def write_stream(reply: Reply, ask: Ask, seed: str) -> list[bytes]:
    """The events of a streamed answer. Raises WireError like `write_reply`."""
    return [event(msgspec.json.encode(said), said["type"]) for said in _events(reply, ask, seed)]


def _events(reply: Reply, ask: Ask, seed: str) -> Iterator[dict[str, Any]]:
    usage = _usage(reply)
    message: dict[str, Any] = {
        **_head(reply, ask, seed),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }
    end: dict[str, Any] = {"stop_reason": _stop_reason(reply), "stop_sequence": None}
    last: dict[str, Any] = {"type": "message_delta", "delta": end}
    if usage:
        message["usage"] = usage | ({"output_tokens": 0} if "output_tokens" in usage else {})
        last["usage"] = {name: value for name, value in usage.items() if name in _IN_DELTA}
    yield {"type": "message_start", "message": message}
    for index, item in enumerate(reply.items):
        for said in _block_events(_block(item, seed, index + 1)):
            yield {"type": said.pop("type"), "index": index, **said}
    yield last
    yield {"type": "message_stop"}


def _block_events(block: dict[str, Any] | msgspec.Raw) -> Iterator[dict[str, Any]]:
    """The events of a block. What has no pieces stands whole in the first of them."""
    start: dict[str, Any] | msgspec.Raw = block
    deltas: list[dict[str, Any]] = []
    if isinstance(block, dict) and block["type"] in _FIELDS:
        field, form, key = _FIELDS[block["type"]]
        whole = bytes(block[field]).decode() if field == "input" else block[field]
        deltas = [{"type": form, key: piece} for piece in pieces(whole)]
        start = block | {field: {} if field == "input" else ""}
        if signature := block.get("signature"):
            start["signature"] = ""
            deltas.append({"type": "signature_delta", "signature": signature})
    yield {"type": "content_block_start", "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "delta": delta}
    yield {"type": "content_block_stop"}


def _head(reply: Reply, ask: Ask, seed: str) -> dict[str, Any]:
    message_id = reply.id or made("msg_", seed, 0)
    return {"id": message_id, "type": "message", "role": "assistant", "model": reply.model or ask.model}


def _usage(reply: Reply) -> dict[str, Any] | None:
    return reply.raw_usage or (write_anthropic(reply.usage) if reply.usage else None)


def _block(item: Item, seed: str, number: int) -> dict[str, Any] | msgspec.Raw:
    if item.kind == "tool_call":
        call_id = item.call_id or made("toolu_", seed, number)
        arguments = raw_object(item.arguments or "{}")
        return {"type": "tool_use", "id": call_id, "name": item.name, "input": arguments}
    if item.form == REDACTED:
        return {"type": REDACTED, "data": item.sealed or ""}
    if item.kind == "reasoning":
        return {"type": "thinking", "thinking": item.text, "signature": item.sealed or ""}
    if item.kind == "text":
        return {"type": "text", "text": item.text}
    if item.kind == "other":
        return raw_object(item.text)
    raise WireError(f"a reply cannot hold a {item.kind}")


def _stop_reason(reply: Reply) -> str:
    called = any(item.kind == "tool_call" for item in reply.items)
    return reply.stop_reason or ("tool_use" if called else "end_turn")
