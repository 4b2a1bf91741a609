"""The contents of messages, and tools: what the protocols write alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.gateway.wire.base import Author, Item
from specrun.gateway.wire.loose import as_json, mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = frozenset({"text", "input_text", "output_text", "summary_text", "reasoning_text"})
"""The types of parts that are text."""

REFUSAL = "refusal"

_AUTHORS: dict[str, Author] = {
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}


def author_of(role: object) -> Author:
    """Who speaks in a role. Roles that are not known are the user's."""
    return _AUTHORS.get(text(role) or "", "user")


def items_of(content: object, author: Author) -> Iterator[Item]:
    """The items of a message's content: a text, or a list of parts."""
    if isinstance(content, str):
        yield Item(kind="text", author=author, text=content)
    for part in sequence(content):
        yield item_of(mapping(part), author)


def item_of(part: dict[str, Any], author: Author) -> Item:
    """The item of a part of a message."""
    form = text(part.get("type"))
    if form in TEXTS:
        return Item(kind="text", author=author, text=text(part.get("text")) or "")
    if form == REFUSAL:
        return Item(kind="text", author=author, text=text(part.get(REFUSAL)) or "", form=REFUSAL)
    return Item(kind="other", author=author, text=as_json(part), form=form)


def plain(content: object) -> str:
    """The text of what a tool gave back. Of what is not text, the type is left, in brackets."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(_plain_part(part) for part in content)
    return "" if content is None else as_json(content)


def _plain_part(part: object) -> str:
    said = mapping(part)
    form = text(said.get("type"))
    if form in TEXTS:
        return text(said.get("text")) or ""
    return part if isinstance(part, str) else f"[{form or 'unknown'}]"


def tool_names(tools: object) -> tuple[str, ...]:
    """The names of the tools that a request offers, in its order."""
    return tuple(_tool_name(mapping(tool)) for tool in sequence(tools))


def _tool_name(tool: dict[str, Any]) -> str:
    inner = mapping(tool.get("function")) or mapping(tool.get("custom"))
    names = (inner.get("name"), tool.get("name"), tool.get("server_label"), tool.get("type"))
    return next(filter(None, map(text, names)), "unknown")
