"""Usage as the protocols write it, in both directions.

OpenAI's prompt counts include what was cached; Anthropic's do not. See `Usage` for the one meaning.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from specrun.gateway.usage import Usage
from specrun.gateway.wire.loose import count, mapping


class Names(NamedTuple):
    """How a protocol of OpenAI's calls its counts."""

    prompt: str
    prompt_details: str
    output: str
    output_details: str


CHAT = Names("prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details")
RESPONSES = Names("input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details")

_READ, _WRITTEN = "cached_tokens", "cache_write_tokens"
_LONG = ("cache_write_tokens_details", "ttl_12h_tokens")
_REASONING = "reasoning_tokens"


def read_openai(raw: object, names: Names) -> Usage | None:
    """Usage of an OpenAI protocol. None if there is no count in it."""
    said, details = mapping(raw), mapping(mapping(raw).get(names.prompt_details))
    prompt, cached, written = (
        count(said.get(names.prompt)),
        count(details.get(_READ)),
        count(details.get(_WRITTEN)),
    )
    fresh = None if prompt is None else prompt - (cached or 0) - (written or 0)
    usage = Usage(
        # More cached tokens than the prompt has: one of the counts is wrong, and nobody knows which.
        input_tokens=fresh if fresh is None or fresh >= 0 else None,
        cache_read_tokens=cached,
        cache_write_tokens=written,
        cache_write_long_tokens=count(mapping(details.get(_LONG[0])).get(_LONG[1])),
        output_tokens=count(said.get(names.output)),
        reasoning_tokens=count(mapping(said.get(names.output_details)).get(_REASONING)),
    )
    return None if usage == Usage() else usage


def write_openai(usage: Usage, names: Names) -> dict[str, Any]:
    """A usage as an OpenAI protocol has it. Counts that are unknown are left out."""
    whole = _plus(usage.input_tokens, (usage.cache_read_tokens or 0) + (usage.cache_write_tokens or 0))
    long = usage.cache_write_long_tokens
    details: dict[str, Any] = _known({_READ: usage.cache_read_tokens, _WRITTEN: usage.cache_write_tokens})
    if long is not None:
        short = max(0, (usage.cache_write_tokens or 0) - long)
        details[_LONG[0]] = {"ttl_30m_tokens": short, _LONG[1]: long}
    raw: dict[str, Any] = _known({names.prompt: whole, names.output: usage.output_tokens})
    raw |= _known({"total_tokens": _plus(whole, usage.output_tokens)})
    if details:
        raw[names.prompt_details] = details
    if usage.reasoning_tokens is not None:
        raw[names.output_details] = {_REASONING: usage.reasoning_tokens}
    return raw


_CREATED, _CREATION = "cache_creation_input_tokens", "cache_creation"
_HOUR, _MINUTES = "ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens"
_THINKING = ("output_tokens_details", "thinking_tokens")


def read_anthropic(raw: object) -> Usage | None:
    """Usage of the Messages protocol. None if there is no count in it."""
    said = mapping(raw)
    usage = Usage(
        input_tokens=count(said.get("input_tokens")),
        cache_read_tokens=count(said.get("cache_read_input_tokens")),
        cache_write_tokens=count(said.get(_CREATED)),
        cache_write_long_tokens=count(mapping(said.get(_CREATION)).get(_HOUR)),
        output_tokens=count(said.get("output_tokens")),
        reasoning_tokens=count(mapping(said.get(_THINKING[0])).get(_THINKING[1])),
    )
    return None if usage == Usage() else usage


def write_anthropic(usage: Usage) -> dict[str, Any]:
    """A usage as the Messages protocol has it. Counts that are unknown are left out."""
    raw: dict[str, Any] = _known(
        {
            "input_tokens": usage.input_tokens,
            "cache_read_input_tokens": usage.cache_read_tokens,
            _CREATED: usage.cache_write_tokens,
            "output_tokens": usage.output_tokens,
        }
    )
    long = usage.cache_write_long_tokens
    if long is not None:
        raw[_CREATION] = {_MINUTES: max(0, (usage.cache_write_tokens or 0) - long), _HOUR: long}
    if usage.reasoning_tokens is not None:
        raw[_THINKING[0]] = {_THINKING[1]: usage.reasoning_tokens}
    return raw


def _known(counts: dict[str, int | None]) -> dict[str, Any]:
    return {name: value for name, value in counts.items() if value is not None}


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
