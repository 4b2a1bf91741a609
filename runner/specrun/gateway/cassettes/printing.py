"""Cassettes for people: who said what, without the bytes around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.cassettes.model import FILE, Note
from specrun.spec.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.cassettes.model import Exchange
    from specrun.gateway.cassettes.reading import Cassette
    from specrun.gateway.wire.base import Item, Reply

_WIDTH = 110
_SOURCES = {
    "scripted": "recorded from a scripted model: it shows the machinery and measures no model",
    "provider": "recorded from a provider",
}


def shown(cassette: Cassette) -> Iterator[str]:
    """A cassette in lines. Raises CassetteError."""
    header = cassette.header
    yield printable(str(cassette.folder / FILE))
    yield _line(2, f"{header.case}, {header.agent}, {header.model}, repetition {header.repetition}")
    yield _line(2, _SOURCES[header.source])
    number = 0
    for line in cassette.lines:
        if isinstance(line, Note):
            yield _line(0, f"failed with status {line.status}: {'; '.join(line.notes) or 'no more is known'}")
            continue
        number += 1
        yield from _exchange(number, line, cassette.reply(line))
    if cassette.torn:
        yield f"the last line was not written to its end; {cassette.torn} bytes do not count"


def told(cassette: Cassette) -> dict[str, Any]:
    """The same for programs, with every request and reply as JSON, wherever it is stored."""
    return {
        "folder": str(cassette.folder),
        "header": msgspec.to_builtins(cassette.header),
        "torn_bytes": cassette.torn,
        "lines": [
            msgspec.to_builtins(line)
            if isinstance(line, Note)
            else msgspec.to_builtins(line)
            | {"request": cassette.request(line), "reply": msgspec.to_builtins(cassette.reply(line))}
            for line in cassette.lines
        ],
    }


def _exchange(number: int, exchange: Exchange, reply: Reply) -> Iterator[str]:
    way = "streamed" if exchange.stream else "whole"
    again = ", the same request again" if exchange.again else ""
    yield _line(0, f"exchange {number}: {exchange.protocol}, {exchange.model}, {way}{again}")
    yield _line(2, f"asked    {exchange.root.partition(' ')[2].partition(' ')[2]}")
    if exchange.chain:
        yield _line(2, f"after    {len(exchange.chain)} items of the model, the last: {exchange.chain[-1]}")
    for item in reply.items:
        yield _line(2, f"answered {_item(item)}")
    usage = reply.raw_usage
    yield printable("  usage    " + (", ".join(_counts(usage)) if usage else "not told"))


def _item(item: Item) -> str:
    if item.kind == "tool_call":
        return f"call {item.name} {item.arguments}"
    return f"{item.kind}: {' '.join(item.text.split())}"


def _counts(usage: dict[str, Any], before: str = "") -> Iterator[str]:
    """The counts of a usage as the provider names them."""
    for name, value in usage.items():
        if isinstance(value, dict):
            yield from _counts(value, f"{before}{name}.")
        elif value is not None:
            yield f"{before}{name} {value}"


def _line(indent: int, text: str) -> str:
    text = " " * indent + printable(text)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
