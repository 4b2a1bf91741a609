"""What a request is found by: who began the conversation with which words, and what the model said since.

What tools gave back is not in it, so that noise there does no harm, and neither are models and tools.
"""

from __future__ import annotations

import hashlib
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.loose import decode
from specrun.spec.digest import canonical_json, digest
from specrun.spec.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.wire.base import Ask, Item

_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_SHOWN = 60
"""Characters of a text that a link shows to people."""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is found by. Texts are links: a digest with a beginning that people can read."""

    protocol: str
    root: str
    """The last text of the user before the model's first item: what came before it is boilerplate."""
    chain: tuple[str, ...]
    """Every item of the model since, but not its reasoning; or the reply that the provider goes on from."""

    @property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        return digest(self)


def key_of(ask: Ask, normaliser: Normaliser) -> Key:
    """The key of a request."""
    before = tuple(_before_model(ask))
    root = before[-1] if before else ""
    chain = (f"previous {ask.previous_id}",) if ask.previous_id else tuple(_links(ask.items, normaliser))
    return Key(protocol=ask.protocol, root=text_link(normaliser.text(root)), chain=chain)


def links_of(items: Iterable[Item], normaliser: Normaliser) -> tuple[str, ...]:
    """What these items of the model are in the chain of the requests that follow."""
    return tuple(_links(items, normaliser))


def last_said(ask: Ask, normaliser: Normaliser) -> str:
    """The user's last text after the model's first item, as a link; empty if there is none.

    It breaks ties between requests with one key. It is not in the key: agents write there what they like.
    """
    since = dropwhile(lambda item: item.author != "assistant", ask.items)
    texts = [item.text for item in since if item.author == "user" and item.kind == "text"]
    return text_link(normaliser.text(texts[-1])) if texts else ""


def text_link(text: str) -> str:
    """A text as a link. How it is broken into lines and indented makes no difference."""
    words = " ".join(text.split())
    shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 3]}..."
    return f'text {_short(words.encode(errors="replace"))} "{printable(shown)}"'


def _before_model(ask: Ask) -> Iterator[str]:
    for item in ask.items:
        if item.author == "assistant":
            return
        if item.author == "user" and item.kind == "text":
            yield item.text


def _links(items: Iterable[Item], normaliser: Normaliser) -> Iterator[str]:
    """Texts that follow each other are one: agents split and join them."""
    texts: list[str] = []
    for item in items:
        if item.author != "assistant" or item.kind == "reasoning":
            continue
        if item.kind == "text":
            texts.append(item.text)
            continue
        yield from _text_links(texts, normaliser)
        texts = []
        yield _call_link(item, normaliser) if item.kind == "tool_call" else _other_link(item, normaliser)
    yield from _text_links(texts, normaliser)


def _text_links(texts: list[str], normaliser: Normaliser) -> Iterator[str]:
    """The link of some texts, if they say anything."""
    said = " ".join(normaliser.text(text).strip() for text in texts).strip()
    if said:
        yield text_link(said)


def _call_link(item: Item, normaliser: Normaliser) -> str:
    """A call by its id, which comes from the answer; by its arguments where a protocol has none."""
    told = item.call_id or _short(normaliser.text(item.arguments or "").encode(errors="replace"))
    return printable(normaliser.redactor.text(f"call {item.name} {told}"))


def _other_link(item: Item, normaliser: Normaliser) -> str:
    """An item of another kind, by what it says."""
    value = normaliser.value(decode(item.text.encode(errors="replace"), _ANY) if item.text else None)
    if isinstance(value, dict) and item.form != "item_reference":
        value = {name: each for name, each in value.items() if name != "id"}
    return printable(f"{item.form or 'other'} {_short(canonical_json(value))}")


def _short(content: bytes) -> str:
    """Half of a SHA-256: enough to tell texts apart, and short enough to look at."""
    return hashlib.sha256(content).hexdigest()[:32]
