from __future__ import annotations

import msgspec
import pytest
from gateway_strategies import usages
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.budget import whole_prompt
from specrun.gateway.usage import KINDS, Totals, Usage, estimated, totals
from specrun.gateway.wire.counts import (
    CHAT,
    RESPONSES,
    read_anthropic,
    read_openai,
    write_anthropic,
    write_openai,
)
from specrun.gateway.wire.embeddings import read_usage
from specrun.gateway.wire.registry import WIRES

NOTHING = Usage(**dict.fromkeys(KINDS, 0))
guesses = st.builds(estimated, st.integers(0, 10**9), st.integers(0, 10**9))


@given(usages, usages, usages)
def test_sums(one, two, three):
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + NOTHING == one
    for kind in KINDS[1:]:
        assert getattr(one + two, kind) == _sum(getattr(one, kind), getattr(two, kind))
    assert whole_prompt(one + two) == _sum(whole_prompt(one), whole_prompt(two))


def _sum(*counts):
    return None if None in counts else sum(counts)


@given(usages, guesses)
def test_an_estimate_is_never_added_to_a_measurement(measured, guess):
    for one, other in ((measured, guess), (guess, measured)):
        with pytest.raises(ValueError, match="estimated"):
            one + other
    assert totals([measured, guess, measured, guess]) == Totals(measured + measured, guess + guess)
    assert totals([]) == Totals(None, None)


def test_an_estimate_is_a_fourth_of_the_characters():
    usage = estimated(9, 8)
    assert (usage.input_tokens, usage.output_tokens, usage.prompt_tokens) == (3, 2, 3)
    assert usage.estimated


def test_a_prompt_is_all_its_parts():
    assert Usage(input_tokens=1, cache_read_tokens=2, cache_write_tokens=4).prompt_tokens == 7
    assert Usage(input_tokens=1, cache_read_tokens=2).prompt_tokens is None


def test_the_same_call_is_the_same_usage_in_every_protocol():
    details = {"cached_tokens": 80, "cache_write_tokens": 10}
    long = {"cache_write_tokens_details": {"ttl_30m_tokens": 7, "ttl_12h_tokens": 3}}
    openai = details | long
    chat = {
        "prompt_tokens": 100,
        "completion_tokens": 30,
        "total_tokens": 130,
        "prompt_tokens_details": openai,
        "completion_tokens_details": {"reasoning_tokens": 12},
    }
    responses = {
        "input_tokens": 100,
        "output_tokens": 30,
        "total_tokens": 130,
        "input_tokens_details": openai,
        "output_tokens_details": {"reasoning_tokens": 12},
    }
    messages = {
        "input_tokens": 10,
        "cache_read_input_tokens": 80,
        "cache_creation_input_tokens": 10,
        "cache_creation": {"ephemeral_5m_input_tokens": 7, "ephemeral_1h_input_tokens": 3},
        "output_tokens": 30,
        "output_tokens_details": {"thinking_tokens": 12},
    }
    usage = Usage(
        input_tokens=10,
        cache_read_tokens=80,
        cache_write_tokens=10,
        cache_write_long_tokens=3,
        output_tokens=30,
        reasoning_tokens=12,
    )
    assert read_openai(chat, CHAT) == read_openai(responses, RESPONSES) == read_anthropic(messages) == usage
    assert (write_openai(usage, CHAT), write_openai(usage, RESPONSES)) == (chat, responses)
    assert write_anthropic(usage) == messages


@pytest.mark.parametrize("raw", [None, [], {}, "x", {"prompt_tokens": None}, {"output_tokens": -1}])
def test_no_count_is_no_usage(raw):
    assert read_openai(raw, CHAT) is read_openai(raw, RESPONSES) is read_anthropic(raw) is None


def test_what_is_no_count_is_unknown():
    raw = {"prompt_tokens": 5.0, "completion_tokens": True, "prompt_tokens_details": {"cached_tokens": "4"}}
    assert read_openai(raw, CHAT) == Usage(input_tokens=5)


def test_more_cached_than_there_was_makes_the_rest_unknown():
    raw = {"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 6}, "completion_tokens": 1}
    assert read_openai(raw, CHAT) == Usage(cache_read_tokens=6, output_tokens=1)


def test_embeddings_are_all_input():
    answer = {"data": [{"embedding": [0.5]}], "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    assert read_usage(msgspec.json.encode(answer)) == Usage(
        input_tokens=8, output_tokens=0, reasoning_tokens=0
    )
    assert read_usage(b'{"data":[]}') is None


def test_the_characters_of_an_answer_can_be_estimated():
    content = [{"type": "text", "text": "four"}, {"type": "tool_use", "input": {"a": 1}}]
    reply = WIRES["messages"].read_reply(msgspec.json.encode({"content": content}))
    assert reply.characters == len("four") + len('{"a":1}')
