"""The events of a trial's exchanges."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.events.excerpt import excerpt
from specrun.events.payloads import Step, ToolCall
from specrun.gateway.budget import whole_prompt
from specrun.gateway.wire.loose import decode
from specrun.spec.digest import digest

if TYPE_CHECKING:
    from specrun.agents.telling.listener import Telling
    from specrun.gateway.meter import Exchange
    from specrun.gateway.wire.base import Item

DRIFT = "the request differs from the recorded one:"
"""Begins what a step says of a replayed request that is not what was recorded."""

_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def events_of(exchange: Exchange, telling: Telling) -> tuple[Step, tuple[ToolCall, ...]]:
    """What a request that is over is in the log: a step of the agent, and the tools that the model called.

    An estimate is no count of tokens. How a tool call ended, and when, no protocol shows.
    """
    reply = exchange.reply if exchange.ending == "answered" else None
    usage = exchange.usage if exchange.usage and not exchange.usage.estimated else None
    step = Step(
        step_type="reason",
        name=exchange.stage,
        content=excerpt(_content(exchange, telling)),
        tokens_in=whole_prompt(usage) if usage else None,
        tokens_out=usage.output_tokens if usage else None,
        context_kb=_kilobytes(exchange.ask.items, telling) if exchange.ask else None,
    )
    calls = exchange.tool_calls if reply else ()
    return step, tuple(_call(item, telling) for item in calls)


def _content(exchange: Exchange, telling: Telling) -> str:
    """What the model said; of a request that was not answered, how it ended."""
    if exchange.ending != "answered":
        return telling.ended(exchange)
    said = telling.said(exchange.reply) if exchange.reply else ""
    drift = (DRIFT, *exchange.drift) if exchange.drift else ()
    return "\n".join(filter(None, (said, *drift)))


def _kilobytes(items: tuple[Item, ...], telling: Telling) -> float:
    """The size of a conversation in 1000 bytes, whole bytes in normal form: the same on every machine."""
    texts = (text for item in items for text in (item.text, item.arguments or ""))
    return sum(telling.size(text) for text in texts) / 1000


def _call(item: Item, telling: Telling) -> ToolCall:
    return ToolCall(tool=telling.text(item.name or ""), tool_args_hash=_hash(item.arguments or "", telling))


def _hash(arguments: str, telling: Telling) -> str:
    """SHA-256 of arguments in normal form: of their canonical JSON, or of the text that they are."""
    try:
        return digest(telling.value(decode(arguments.encode(errors="replace"), _ANY)))
    except (ValueError, RecursionError):  # no JSON, or JSON that has no canonical form
        return hashlib.sha256(telling.text(arguments).encode()).hexdigest()
