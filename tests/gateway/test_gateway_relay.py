"""What passes does not depend on how it is cut, and what is read of it neither."""

from __future__ import annotations

import asyncio
import itertools
import json

from fake_provider import chat_events
from gateway_lanes import question
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.model_names import ModelNames
from specrun.gateway.question import Question
from specrun.gateway.relay import Relay
from specrun.gateway.upstream import Answer, whole

USAGE = {"prompt_tokens": 3, "completion_tokens": 1}
EVENTS = chat_events("a", 'say "usage"', usage=USAGE)
UNIX = [event.replace(b"\r\n", b"\n") for event in EVENTS]


def relayed(chunks: list[bytes], **more):
    """The bytes that pass, and the outcome."""
    asked = Question("chat", json.dumps(question(stream=True, **more)).encode(), ModelNames())
    answer = Answer(status=200, headers=(("Content-Type", "text/event-stream; x=y"),), content=whole(b""))
    relay = Relay(asked, answer)
    passed = [relay.feed(chunk) for chunk in chunks]
    passed.append(relay.finish())
    asyncio.run(answer.content.aclose())
    return b"".join(passed), relay.outcome()


@given(st.sampled_from([EVENTS, UNIX]), st.lists(st.integers(0, sum(map(len, EVENTS)))), st.booleans())
def test_the_usage_chunk_is_hidden_however_the_stream_is_cut(events, cuts, wanted):
    data = b"".join(events)
    ends = [0, *sorted(cuts), len(data)]
    chunks = [data[start:end] for start, end in itertools.pairwise(ends)]
    passed, outcome = relayed(chunks, stream_options={"include_usage": wanted})
    assert passed == (data if wanted else b"".join([*events[:-2], events[-1]]))
    assert outcome.answered
    assert (outcome.body, outcome.usage.input_tokens) == (data, 3)


def test_events_pass_at_once_and_not_with_the_next_one():
    asked = Question("chat", json.dumps(question(stream=True)).encode(), ModelNames())
    answer = Answer(status=200, headers=(("content-type", "text/event-stream"),), content=whole(b""))
    relay = Relay(asked, answer)
    visible = [*UNIX[:-2], UNIX[-1]]
    assert [relay.feed(event) for event in UNIX] == [*visible[:-1], b"", visible[-1]]
    asyncio.run(answer.content.aclose())
