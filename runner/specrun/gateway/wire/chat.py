"""OpenAI Chat Completions: reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.base import Ask, Item, Reply, Wire, WireError
from specrun.gateway.wire.chat_writing import write_reply, write_stream
from specrun.gateway.wire.counts import CHAT, read_openai
from specrun.gateway.wire.loose import count, decode, failure, mapping, request, sequence, text
from specrun.gateway.wire.parts import REFUSAL, author_of, items_of, plain, tool_names
from specrun.gateway.wire.stream import StreamReader

if TYPE_CHECKING:
    from collections.abc import Iterator

REASONINGS = ("reasoning_content", "reasoning")
"""What servers call the reasoning of a message: OpenAI's own protocol has no word for it."""

_END = b"[DONE]"


def read_ask(body: bytes) -> Ask:
    """Read a request. Raises WireError if it is none."""
    said = request(body)
    messages = said.get("messages")
    if not isinstance(messages, list):
        raise WireError("the request has no list of messages")
    most = count(said.get("max_completion_tokens"))
    return Ask(
        protocol="chat",
        model=said["model"],
        stream=said.get("stream") is True,
        items=tuple(item for message in messages for item in _items(mapping(message))),
        tools=tool_names(said.get("tools")) + tool_names(said.get("functions")),
        max_output_tokens=most if most is not None else count(said.get("max_tokens")),
        choices=count(said.get("n")) or 1,
        stream_usage=mapping(said.get("stream_options")).get("include_usage") is True,
    )


def _items(message: dict[str, Any]) -> Iterator[Item]:
    author, content = author_of(message.get("role")), message.get("content")
    if author == "tool":
        call, name = text(message.get("tool_call_id")), text(message.get("name"))
        yield Item(kind="tool_result", author="tool", text=plain(content), call_id=call, name=name)
        return
    thought = next(filter(None, (text(message.get(name)) for name in REASONINGS)), None)
    if thought is not None:
        yield Item(kind="reasoning", author=author, text=thought)
    yield from items_of(content, author)
    if refusal := text(message.get(REFUSAL)):
        yield Item(kind="text", author=author, text=refusal, form=REFUSAL)
    for call in sequence(message.get("tool_calls")):
        yield _call(mapping(call))
    if old := mapping(message.get("function_call")):
        yield _call({"function": old})


def _call(call: dict[str, Any]) -> Item:
    custom = mapping(call.get("custom"))
    inner = custom or mapping(call.get("function"))
    return Item(
        kind="tool_call",
        author="assistant",
        name=text(inner.get("name")),
        call_id=text(call.get("id")),
        arguments=text(inner.get("input" if custom else "arguments")) or "",
        form="custom" if custom else None,
    )


class _Function(msgspec.Struct, gc=False):
    name: str | None = None
    arguments: str | None = None
    input: str | None = None


class _Call(msgspec.Struct, gc=False):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None
    custom: _Function | None = None


class _Message(msgspec.Struct, gc=False):
    """A message, or the next piece of one."""

    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(msgspec.Struct, gc=False):
    index: int | None = None
    delta: _Message | None = None
    message: _Message | None = None
    finish_reason: str | None = None


class _Completion(msgspec.Struct, gc=False):
    """An answer, or a chunk of one."""

    choices: list[_Choice] | None = None
    id: str | None = None
    model: str | None = None
    usage: Any = None
    error: Any = None


_COMPLETION = msgspec.json.Decoder(_Completion)


class _StartedCall:
    """A tool call, as far as it has arrived."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.name = ""
        self.arguments: list[str] = []
        self.form: str | None = None

    def add(self, call: _Call) -> None:
        inner = call.custom or call.function or _Function()
        self.form = "custom" if call.custom else self.form
        self.id = self.id or call.id
        self.name = self.name or inner.name or ""
        self.arguments.append(inner.arguments or inner.input or "")

    def item(self) -> Item:
        return Item(
            kind="tool_call",
            author="assistant",
            name=self.name,
            call_id=self.id,
            arguments="".join(self.arguments),
            form=self.form,
        )


class _Gatherer:
    """The first choice of an answer. The others are noted, and their tokens are in the usage."""

    def __init__(self) -> None:
        self._head = _Completion()
        self._texts: dict[str, list[str]] = {"reasoning": [], "content": [], REFUSAL: []}
        self._calls: dict[int, _StartedCall] = {}
        self._usage: dict[str, Any] = {}
        self._stop: str | None = None
        self._done = False
        self._failure: str | None = None
        self._choices = 1

    def take(self, data: bytes) -> None:
        if data == _END:
            self._done = True
            return
        self.add(decode(data, _COMPLETION))

    def add(self, chunk: _Completion) -> None:
        head = self._head
        if head.id is None or head.model is None:
            head.id, head.model = head.id or chunk.id, head.model or chunk.model
        if chunk.usage is not None:
            self._usage |= mapping(chunk.usage)
        if chunk.error is not None:
            self._failure = failure(chunk.error)
        for choice in chunk.choices or ():
            if choice.index:
                self._choices = max(self._choices, choice.index + 1)
            else:
                self._add_choice(choice)

    def _add_choice(self, choice: _Choice) -> None:
        self._stop = choice.finish_reason or self._stop
        said = choice.delta or choice.message
        if said is None:
            return
        if said.content:
            self._texts["content"].append(said.content)
        if said.reasoning_content or said.reasoning:
            self._texts["reasoning"].append(said.reasoning_content or said.reasoning or "")
        if said.refusal:
            self._texts[REFUSAL].append(said.refusal)
        for call in said.tool_calls or ():
            self._started(call).add(call)

    def _started(self, call: _Call) -> _StartedCall:
        """The call that this is a piece of. Some servers number nothing: then an id begins a new one."""
        number = call.index
        if number is None:
            number = len(self._calls) - (not call.id and bool(self._calls))
        return self._calls.setdefault(number, _StartedCall())

    def reply(self) -> Reply:
        more = self._choices > 1
        return Reply(
            items=tuple(self._items()),
            model=self._head.model,
            id=self._head.id,
            stop_reason=self._stop,
            usage=read_openai(self._usage, CHAT),
            raw_usage=self._usage or None,
            whole=self._done or self._stop is not None,
            failure=self._failure,
            notes=(f"{self._choices} choices: only the first is kept",) if more else (),
        )

    def _items(self) -> Iterator[Item]:
        said = {name: "".join(texts) for name, texts in self._texts.items()}
        if said["reasoning"]:
            yield Item(kind="reasoning", author="assistant", text=said["reasoning"])
        if said["content"]:
            yield Item(kind="text", author="assistant", text=said["content"])
        if said[REFUSAL]:
            yield Item(kind="text", author="assistant", text=said[REFUSAL], form=REFUSAL)
        for _, call in sorted(self._calls.items()):
            yield call.item()


def read_reply(body: bytes) -> Reply:
    """Read an answer in one piece. Raises WireError if it is none."""
    completion = decode(body, _COMPLETION)
    if completion.choices is None:
        raise WireError("the answer has no choices")
    gatherer = _Gatherer()
    gatherer.add(completion)
    return msgspec.structs.replace(gatherer.reply(), whole=True)


WIRE = Wire(
    protocol="chat",
    read_ask=read_ask,
    read_reply=read_reply,
    reader=lambda: StreamReader(_Gatherer()),
    write_reply=write_reply,
    write_stream=write_stream,
)
