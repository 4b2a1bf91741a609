"""What the protocols have in common: a conversation is items, a request is an ask, an answer is a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

import msgspec

from specrun.gateway.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

ProtocolName = Literal["chat", "responses", "messages"]
"""OpenAI Chat Completions, OpenAI Responses, Anthropic Messages."""

PROTOCOLS: tuple[ProtocolName, ...] = get_args(ProtocolName)

ItemKind = Literal["text", "tool_call", "tool_result", "reasoning", "other"]
Author = Literal["system", "user", "assistant", "tool"]


class WireError(ValueError):
    """Bytes that are not what the protocol says. The message is one line and repeats nothing of them."""


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of a conversation. A message of many parts is as many items."""

    kind: ItemKind
    author: Author
    text: str = ""
    """What was said. Of `other`, its JSON; where a tool result or a reasoning has none, empty."""
    name: str | None = None
    """The tool of a call, or of a result that names it."""
    call_id: str | None = None
    """What ties a result to its call."""
    arguments: str | None = None
    """Of a tool call, as the model wrote them: JSON if all is well, or the free text of a custom tool."""
    form: str | None = None
    """The protocol's own type of it, where that is not the usual one of its kind: `refusal`, `image`, ..."""
    sealed: str | None = None
    """What the provider signed or encrypted of a reasoning, verbatim."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A request, as the gateway understands it."""

    protocol: ProtocolName
    model: str
    stream: bool = False
    items: tuple[Item, ...] = ()
    """In the order of the request; instructions apart from the messages come first."""
    tools: tuple[str, ...] = ()
    """Names, or the type of what has no name."""
    max_output_tokens: int | None = None
    choices: int = 1
    """How many answers are asked for, each with as many tokens."""
    previous_id: str | None = None
    """The reply that the provider is to go on from, if it keeps them."""
    stream_usage: bool = True
    """Whether the client wants usage in a stream. Only Chat can leave it out, and does so by default."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, whether it came in one piece or as a stream."""

    items: tuple[Item, ...] = ()
    model: str | None = None
    """As the provider named it."""
    id: str | None = None
    stop_reason: str | None = None
    """In the protocol's own words."""
    usage: Usage | None = None
    raw_usage: dict[str, Any] | None = None
    """As the provider gave it. A stream's several ones are merged, later ones over earlier ones."""
    whole: bool = True
    """Whether a stream came to its proper end."""
    failure: str | None = None
    """What the provider says went wrong in the midst of its answer."""
    notes: tuple[str, ...] = ()
    """What could not be read, and was left out."""

    @property
    def characters(self) -> int:
        """How long everything is that the model wrote, for an estimate."""
        return sum(len(item.text) + len(item.arguments or "") for item in self.items)


class Reader(Protocol):
    """Reads a streamed answer as it arrives, however it is cut. Raises nothing: see `Reply.notes`."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""

    def finish(self) -> Reply:
        """The answer, once there are no more bytes. To be called once."""


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """A protocol. Reading never fails on fields, tools or contents that it does not know.

    `read_ask` and `read_reply` raise WireError for bytes that are no such request or answer at all.
    Writing takes a seed, from which all ids are made that the reply lacks; it raises WireError for a reply
    that the protocol cannot say. What a reply leaves open (its model, its stop reason) is filled in.
    `write_stream` gives the bytes of each event.
    """

    protocol: ProtocolName
    read_ask: Callable[[bytes], Ask]
    read_reply: Callable[[bytes], Reply]
    reader: Callable[[], Reader]
    write_reply: Callable[[Reply, Ask, str], bytes]
    write_stream: Callable[[Reply, Ask, str], list[bytes]]
