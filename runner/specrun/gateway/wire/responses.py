"""OpenAI Responses: reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.base import Ask, Item, Reply, Wire, WireError
from specrun.gateway.wire.counts import RESPONSES, read_openai
from specrun.gateway.wire.loose import as_json, count, decode, failure, mapping, request, sequence, text
from specrun.gateway.wire.parts import author_of, items_of, plain, tool_names
from specrun.gateway.wire.responses_writing import CALLS, write_reply, write_stream
from specrun.gateway.wire.stream import StreamReader

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTPUTS = {f"{call}_output" for call in CALLS}
_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})


def read_ask(body: bytes) -> Ask:
    """Read a request. Raises WireError if it is none."""
    said = request(body)
    given = said.get("input")
    if not isinstance(given, str | list):
        raise WireError("the request has no input")
    return Ask(
        protocol="responses",
        model=said["model"],
        stream=said.get("stream") is True,
        items=(
            *items_of(text(said.get("instructions")), "system"),
            *items_of(text(given), "user"),
            *(item for value in sequence(given) for item in _items(mapping(value))),
        ),
        tools=tool_names(said.get("tools")),
        max_output_tokens=count(said.get("max_output_tokens")),
        previous_id=text(said.get("previous_response_id")),
    )


def _items(value: dict[str, Any]) -> Iterator[Item]:
    """The items of an item of a request, or of an answer: both have the same types."""
    form = text(value.get("type")) or ("message" if "role" in value else None)
    call_id = text(value.get("call_id"))
    if form == "message":
        yield from items_of(value.get("content"), author_of(value.get("role")))
    elif form in CALLS:
        field, custom = CALLS[form]
        written = text(value.get(field)) or ""
        name = text(value.get("name"))
        yield Item(
            kind="tool_call", author="assistant", name=name, call_id=call_id, arguments=written, form=custom
        )
    elif form and form.endswith("_output"):
        unusual = None if form in _OUTPUTS else form
        said = plain(value.get("output"))
        yield Item(kind="tool_result", author="tool", text=said, call_id=call_id, form=unusual)
    elif form == "reasoning":
        thought = value.get("summary") or value.get("content")
        sealed = text(value.get("encrypted_content")) or None
        yield Item(kind="reasoning", author="assistant", text=plain(thought), sealed=sealed)
    else:
        author = author_of(value["role"]) if "role" in value else "assistant"
        yield Item(kind="other", author=author, text=as_json(value), call_id=call_id, form=form)


class _Response(msgspec.Struct, gc=False):
    output: list[Any] | None = None
    id: str | None = None
    model: str | None = None
    status: str | None = None
    usage: Any = None
    error: Any = None
    incomplete_details: Any = None


class _Event(msgspec.Struct, gc=False):
    type: str
    output_index: int = 0
    delta: Any = None
    item: Any = None
    response: _Response | None = None
    message: Any = None


_EVENT = msgspec.json.Decoder(_Event)
_RESPONSE = msgspec.json.Decoder(_Response)

_DELTAS = frozenset(
    {
        "response.output_text.delta",
        "response.refusal.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_text.delta",
        "response.function_call_arguments.delta",
        "response.custom_tool_call_input.delta",
    }
)


class _Gatherer:
    """Items count as they are when they are done. Their pieces matter only if the stream is cut before."""

    def __init__(self) -> None:
        self._head = _Response()
        self._begun: dict[int, dict[str, Any]] = {}
        self._pieces: dict[int, list[str]] = {}
        self._items: dict[int, dict[str, Any]] = {}
        self._done = False
        self._failure: str | None = None

    def take(self, data: bytes) -> None:
        event = decode(data, _EVENT)
        if event.type in _DELTAS:
            self._pieces.setdefault(event.output_index, []).append(text(event.delta) or "")
        elif event.type == "response.output_item.added":
            self._begun[event.output_index] = mapping(event.item)
        elif event.type == "response.output_item.done":
            self._items[event.output_index] = mapping(event.item)
        elif event.type == "error":
            self._failure = failure(event.message)
        elif event.response:
            self._head = event.response
            self._done = event.type in _ENDS

    def reply(self) -> Reply:
        values = dict(self._items)
        if self._done and not values:
            values = dict(enumerate(map(mapping, self._head.output or ())))
        if not self._done:
            begun = {index: self._unfinished(index) for index in self._begun if index not in values}
            values |= begun
        items = tuple(item for _, value in sorted(values.items()) for item in _items(value))
        reply = _reply(self._head, items)
        return msgspec.structs.replace(reply, whole=self._done, failure=self._failure or reply.failure)

    def _unfinished(self, index: int) -> dict[str, Any]:
        """An item with the pieces of it that have arrived."""
        value, said = self._begun[index], "".join(self._pieces.get(index, ()))
        form = text(value.get("type")) or ""
        if form in CALLS:
            return value | {CALLS[form][0]: said}
        content = [{"type": "output_text", "text": said}]
        return value | {"summary" if form == "reasoning" else "content": content if said else []}


def _reply(head: _Response, items: tuple[Item, ...]) -> Reply:
    reason = text(mapping(head.incomplete_details).get("reason"))
    return Reply(
        items=items,
        model=head.model,
        id=head.id,
        stop_reason=reason if head.status == "incomplete" and reason else head.status,
        usage=read_openai(head.usage, RESPONSES),
        raw_usage=mapping(head.usage) or None,
        failure=None if head.error is None else failure(head.error),
    )


def read_reply(body: bytes) -> Reply:
    """Read an answer in one piece. Raises WireError if it is none."""
    response = decode(body, _RESPONSE)
    if response.output is None:
        raise WireError("the answer has no output")
    return _reply(response, tuple(item for value in response.output for item in _items(mapping(value))))


WIRE = Wire(
    protocol="responses",
    read_ask=read_ask,
    read_reply=read_reply,
    reader=lambda: StreamReader(_Gatherer()),
    write_reply=write_reply,
    write_stream=write_stream,
)
