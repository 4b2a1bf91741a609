"""Making two requests alike that differ only in when, where and by which process they were made."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from specrun.gateway.cassettes.places import placeholder
from specrun.gateway.cassettes.rules import RULES
from specrun.gateway.wire.base import WireError

if TYPE_CHECKING:
    from specrun.gateway.cassettes.redaction import Redactor
    from specrun.gateway.wire.base import ProtocolName

_MOST_KNOWN = 8_000_000
"""Characters of texts whose normal form is kept: agents repeat the whole conversation in every request."""

_MOST_PASSES = 20
"""Noise right beside noise may need as many. What needs more was made to, and only its digest counts."""
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""A digest without digits is no noise itself."""

_DROPPED = frozenset({"metadata", "client_metadata", "prompt_cache_key", "user", "safety_identifier"})
"""Fields of a request that say who asks, or when."""
STREAM = frozenset({"stream", "stream_options"})
"""Fields that say how the answer is to be sent: one recording answers either way."""
_MARKS = frozenset({"cache_control"})
"""Fields of anything that say nothing to a model."""
_INSTRUCTIONS = frozenset({"system", "instructions", "tools"})
"""Fields with what the makers of an agent tell every model."""
_INSTRUCTORS = frozenset({"system", "developer"})
"""Roles of messages with the same."""
_INSTRUCTION = 200
"""Characters above which a text of the makers is told by its digest: it is theirs, and says nothing new."""
_IDS = frozenset({"id", "call_id", "tool_call_id", "tool_use_id", "previous_response_id"})
"""What ties an answer to what is said about it later. It comes back as it was recorded."""


class Normaliser:
    """Normal forms of texts and requests, for one trial. Normal forms are their own normal forms."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor
        self._ways = [(re.compile(form.pattern), form) for form in redactor.places.relative]
        self._known: dict[str, str] = {}
        self._size = 0

    def text(self, text: str) -> str:
        """The normal form of a text."""
        known = self._known.get(text)
        if known is None:
            known = self._normal(text)
            self._keep(text, known)
        return known

    def _normal(self, text: str) -> str:
        for _ in range(_MOST_PASSES):
            new = self._once(text)
            if new == text:
                return text
            text = new
        return _digest_of("tangled", text)

    def _keep(self, text: str, normal: str) -> None:
        self._size += len(text)
        if self._size > _MOST_KNOWN:
            self._known.clear()
            self._size = len(text)
        self._known[text] = normal

    def _once(self, text: str) -> str:
        text = self.redactor.text(text)
        for pattern, form in self._ways:
            if form.spelling in text:
                text = pattern.sub(placeholder(form.name), text)
        for rule in RULES:
            text = rule.apply(text)
        return text

    def value(self, value: Any) -> Any:
        """The normal form of a JSON value: of all its texts. Ids keep their digits."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {
                self.redactor.key(key): self._id(each) if key in _IDS else self.value(each)
                for key, each in value.items()
                if key not in _MARKS
            }
        return value

    def _id(self, value: Any) -> Any:
        return self.redactor.text(value) if isinstance(value, str) else self.value(value)

    def request(self, protocol: ProtocolName, request: dict[str, Any]) -> dict[str, Any]:
        """The normal form of a request, which can be read as a request again. Raises WireError."""
        kept = {key: value for key, value in request.items() if key not in _DROPPED | STREAM}
        given = kept.get("input")
        if protocol == "responses" and isinstance(given, list):
            kept["input"] = [_without_id(item) for item in given]
        try:
            normal: dict[str, Any] = self.value(kept)
            return {key: _without_instructions(key, each) for key, each in normal.items()}
        except RecursionError:
            raise WireError("nested too deeply") from None


def _without_instructions(field: str, value: Any) -> Any:
    """A field of a request with digests in the place of long instructions."""
    if field in _INSTRUCTIONS:
        return _brief(value)
    if field not in ("messages", "input") or not isinstance(value, list):
        return value
    return [
        _brief(each) if isinstance(each, dict) and each.get("role") in _INSTRUCTORS else each
        for each in value
    ]


def _brief(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _INSTRUCTION else _digest_of("text", value)
    if isinstance(value, list):
        return [_brief(each) for each in value]
    if isinstance(value, dict):
        return {key: _brief(each) for key, each in value.items()}
    return value


def _digest_of(name: str, text: str) -> str:
    """What stands for a text that is not told."""
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest().translate(_LETTERS)
    return placeholder(f"{name} {digest}")


def _without_id(item: Any) -> Any:
    """An item without the id that the agent gave it. A reference is nothing but its id."""
    if not isinstance(item, dict) or item.get("type") == "item_reference":
        return item
    return {key: value for key, value in item.items() if key != "id"}
