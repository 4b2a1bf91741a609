"""OpenAI Responses: writing. Every item is an item of the output; every text is a message of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.counts import RESPONSES, write_openai
from specrun.gateway.wire.ids import made
from specrun.gateway.wire.loose import raw_object
from specrun.gateway.wire.parts import REFUSAL
from specrun.gateway.wire.sse import event
from specrun.gateway.wire.stream import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.wire.base import Ask, Item, Reply

CALLS: dict[str, tuple[str, str | None]] = {
    "function_call": ("arguments", None),
    "custom_tool_call": ("input", "custom"),
}
"""The calls of the client's own tools: the field of what is handed over, and the form of the item."""

_STATUSES = ("completed", "failed", "cancelled", "queued", "in_progress")
"""Stop reasons that are a status themselves. Any other is why a reply is incomplete."""


def write_reply(reply: Reply, ask: Ask, seed: str) -> bytes:
    """An answer in one piece."""
    output = [_value(item, seed, number) for number, item in enumerate(reply.items, 1)]
    return msgspec.json.encode(_ended(reply, ask, seed, output))


def write_stream(reply: Reply, ask: Ask, seed: str) -> list[bytes]:
    """The events of a streamed answer, numbered from 0."""
    return [
        event(msgspec.json.encode({"type": name, "sequence_number": number, **said}), name)
        for number, (name, said) in enumerate(_events(reply, ask, seed))
    ]


def _events(reply: Reply, ask: Ask, seed: str) -> Iterator[tuple[str, dict[str, Any]]]:
    started = {**_head(reply, ask, seed), "status": "in_progress", "output": []}
    yield "response.created", {"response": started}
    yield "response.in_progress", {"response": started}
    output = []
    for index, item in enumerate(reply.items):
        value = _value(item, seed, index + 1)
        for name, said in _item_events(item, value):
            yield f"response.{name}", {"output_index": index, **said}
        output.append(value)
    ended = _ended(reply, ask, seed, output)
    status = ended["status"] if ended["status"] in ("incomplete", "failed") else "completed"
    yield f"response.{status}", {"response": ended}


class _Streamed(NamedTuple):
    """How the text of an item is streamed: under which events, with which further fields."""

    events: str
    done: str
    """The field of the last event that holds the whole text."""
    text: str
    more: dict[str, Any]
    empty: dict[str, Any]
    """The item's fields before the first piece."""
    part: tuple[str, dict[str, Any], dict[str, Any]] | None = None
    """The events around the text, with the part before and after it."""


def _item_events(item: Item, value: dict[str, Any] | msgspec.Raw) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of an item, without the index that all have."""
    streamed = _streamed(item, value) if isinstance(value, dict) else None
    if streamed is None or not isinstance(value, dict):
        yield "output_item.added", {"item": value}
        yield "output_item.done", {"item": value}
        return
    at = {"item_id": value["id"], **streamed.more}
    yield "output_item.added", {"item": {**value, **streamed.empty, "status": "in_progress"}}
    if streamed.part:
        yield f"{streamed.part[0]}.added", {**at, "part": streamed.part[1]}
    for piece in pieces(streamed.text):
        yield f"{streamed.events}.delta", {**at, "delta": piece, **_logprobs(streamed)}
    yield f"{streamed.events}.done", {**at, streamed.done: streamed.text, **_logprobs(streamed)}
    if streamed.part:
        yield f"{streamed.part[0]}.done", {**at, "part": streamed.part[2]}
    yield "output_item.done", {"item": value}


def _logprobs(streamed: _Streamed) -> dict[str, Any]:
    return {"logprobs": []} if streamed.events == "output_text" else {}


def _streamed(item: Item, value: dict[str, Any]) -> _Streamed | None:
    if item.kind == "tool_call":
        field = CALLS[value["type"]][0]
        events = f"{value['type']}_{field}"
        return _Streamed(events, field, value[field], {}, {field: ""})
    if item.kind == "reasoning":
        if not item.text:
            return None
        part = value["summary"][0]
        around = ("reasoning_summary_part", part | {"text": ""}, part)
        return _Streamed(
            "reasoning_summary_text", "text", item.text, {"summary_index": 0}, {"summary": []}, around
        )
    part = value["content"][0]
    field = REFUSAL if part["type"] == REFUSAL else "text"
    events = REFUSAL if part["type"] == REFUSAL else "output_text"
    around = ("content_part", part | {field: ""}, part)
    return _Streamed(events, field, item.text, {"content_index": 0}, {"content": []}, around)


def _head(reply: Reply, ask: Ask, seed: str) -> dict[str, Any]:
    return {
        "id": reply.id or made("resp_", seed, 0),
        "object": "response",
        "created_at": 0,
        "model": reply.model or ask.model,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "previous_response_id": ask.previous_id,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
    }


def _ended(reply: Reply, ask: Ask, seed: str, output: list[Any]) -> dict[str, Any]:
    answer = {**_head(reply, ask, seed), "status": reply.stop_reason or "completed", "output": output}
    if answer["status"] not in _STATUSES:
        answer |= {"status": "incomplete", "incomplete_details": {"reason": reply.stop_reason}}
    raw = reply.raw_usage or (write_openai(reply.usage, RESPONSES) if reply.usage else None)
    return answer | ({"usage": raw} if raw else {})


def _value(item: Item, seed: str, number: int) -> dict[str, Any] | msgspec.Raw:
    if item.kind == "tool_call":
        form = "custom_tool_call" if item.form == "custom" else "function_call"
        call = {"id": made("fc_", seed, number), "type": form, "status": "completed", "name": item.name}
        call_id = item.call_id or made("call_", seed, number)
        return {**call, "call_id": call_id, CALLS[form][0]: item.arguments or ""}
    if item.kind == "reasoning":
        summary = [{"type": "summary_text", "text": item.text}] if item.text else []
        sealed = {"encrypted_content": item.sealed} if item.sealed else {}
        return {"id": made("rs_", seed, number), "type": "reasoning", "summary": summary, **sealed}
    if item.kind == "text":
        message = {
            "id": made("msg_", seed, number),
            "type": "message",
            "status": "completed",
            "role": "assistant",
        }
        if item.form == REFUSAL:
            return {**message, "content": [{"type": REFUSAL, REFUSAL: item.text}]}
        part = {"type": "output_text", "text": item.text, "annotations": [], "logprobs": []}
        return {**message, "content": [part]}
    if item.kind == "other":
        return raw_object(item.text)
    raise WireError(f"a reply cannot hold a {item.kind}")
