"""Anthropic Messages: reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.base import Ask, Author, Item, Reply, Wire, WireError
from specrun.gateway.wire.counts import read_anthropic
from specrun.gateway.wire.loose import as_json, count, decode, failure, mapping, request, sequence, text
from specrun.gateway.wire.messages_writing import REDACTED, write_reply, write_stream
from specrun.gateway.wire.parts import author_of, item_of, items_of, plain, tool_names
from specrun.gateway.wire.stream import StreamReader

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_ask(body: bytes) -> Ask:
    """Read a request, or one that only counts tokens. Raises WireError if it is neither."""
    said = request(body)
    messages = said.get("messages")
    if not isinstance(messages, list):
        raise WireError("the request has no list of messages")
    system = tuple(items_of(said.get("system"), "system"))
    return Ask(
        protocol="messages",
        model=said["model"],
        stream=said.get("stream") is True,
        items=system + tuple(item for message in messages for item in _items(mapping(message))),
        tools=tool_names(said.get("tools")),
        max_output_tokens=count(said.get("max_tokens")),
    )


def _items(message: dict[str, Any]) -> Iterator[Item]:
    author, content = author_of(message.get("role")), message.get("content")
    if isinstance(content, str):
        yield from items_of(content, author)
    for block in sequence(content):
        yield _item(mapping(block), author)


def _item(block: dict[str, Any], author: Author) -> Item:
    form = text(block.get("type"))
    if form == "tool_use":
        return Item(
            kind="tool_call",
            author="assistant",
            name=text(block.get("name")),
            call_id=text(block.get("id")),
            arguments=as_json(block.get("input", {})),
        )
    if form == "tool_result":
        call = text(block.get("tool_use_id"))
        return Item(kind="tool_result", author="tool", text=plain(block.get("content")), call_id=call)
    if form == "thinking":
        sealed, thought = text(block.get("signature")) or None, text(block.get("thinking")) or ""
        return Item(kind="reasoning", author=author, text=thought, sealed=sealed)
    if form == REDACTED:
        return Item(kind="reasoning", author=author, form=form, sealed=text(block.get("data")) or None)
    return item_of(block, author)


class _Message(msgspec.Struct, gc=False):
    """An answer. In a stream its content is empty."""

    content: list[Any] | None = None
    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: Any = None


class _Delta(msgspec.Struct, gc=False):
    """The next piece of a block, or what is known only at the end of a message."""

    text: str | None = None
    partial_json: str | None = None
    thinking: str | None = None
    signature: str | None = None
    stop_reason: str | None = None


class _Event(msgspec.Struct, gc=False):
    type: str
    index: int = 0
    delta: _Delta | None = None
    content_block: Any = None
    message: _Message | None = None
    usage: Any = None
    error: Any = None


_EVENT = msgspec.json.Decoder(_Event)
_MESSAGE = msgspec.json.Decoder(_Message)
_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class _Block:
    """A block of content, as far as it has arrived."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.start = start
        self.pieces: dict[str, list[str]] = {}
        self.input: list[str] = []

    def add(self, delta: _Delta) -> None:
        if delta.text is not None:
            self.pieces.setdefault("text", []).append(delta.text)
        elif delta.partial_json is not None:
            self.input.append(delta.partial_json)
        elif delta.thinking is not None:
            self.pieces.setdefault("thinking", []).append(delta.thinking)
        elif delta.signature is not None:
            self.pieces.setdefault("signature", []).append(delta.signature)

    def item(self) -> Item:
        block = dict(self.start)
        for name, pieces in self.pieces.items():
            block[name] = (text(block.get(name)) or "") + "".join(pieces)
        written = "".join(self.input)
        try:
            return _item(block | ({"input": decode(written.encode(), _ANY)} if written else {}), "assistant")
        except WireError:
            return msgspec.structs.replace(_item(block, "assistant"), arguments=written)


class _Gatherer:
    def __init__(self) -> None:
        self._head = _Message()
        self._blocks: dict[int, _Block] = {}
        self._usage: dict[str, Any] = {}
        self._done = False
        self._failure: str | None = None

    def take(self, data: bytes) -> None:
        event = decode(data, _EVENT)
        if event.type == "content_block_delta":
            block = self._blocks.get(event.index)
            if block is None or event.delta is None:
                raise WireError("a piece of a block that did not begin")
            block.add(event.delta)
        elif event.type == "content_block_start":
            self._blocks[event.index] = _Block(mapping(event.content_block))
        elif event.type == "message_start" and event.message:
            self._head = event.message
            self._count(event.message.usage)
        elif event.type == "message_delta":
            self._head.stop_reason = (event.delta and event.delta.stop_reason) or self._head.stop_reason
            self._count(event.usage)
        elif event.type == "message_stop":
            self._done = True
        elif event.type == "error":
            self._failure = failure(event.error)

    def _count(self, usage: object) -> None:
        """Counts are of the whole answer so far: later ones replace earlier ones."""
        self._usage |= {name: value for name, value in mapping(usage).items() if value is not None}

    def reply(self) -> Reply:
        items = tuple(block.item() for _, block in sorted(self._blocks.items()))
        reply = _reply(self._head, items, self._usage)
        return msgspec.structs.replace(reply, whole=self._done, failure=self._failure)


def _reply(head: _Message, items: tuple[Item, ...], usage: dict[str, Any]) -> Reply:
    return Reply(
        items=items,
        model=head.model,
        id=head.id,
        stop_reason=head.stop_reason,
        usage=read_anthropic(usage),
        raw_usage=usage or None,
    )


def read_reply(body: bytes) -> Reply:
    """Read an answer in one piece. Raises WireError if it is none."""
    message = decode(body, _MESSAGE)
    if message.content is None:
        raise WireError("the answer has no content")
    items = tuple(_item(mapping(block), "assistant") for block in message.content)
    return _reply(message, items, mapping(message.usage))


WIRE = Wire(
    protocol="messages",
    read_ask=read_ask,
    read_reply=read_reply,
    reader=lambda: StreamReader(_Gatherer()),
    write_reply=write_reply,
    write_stream=write_stream,
)
