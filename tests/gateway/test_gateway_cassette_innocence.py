"""Whether there could be anything to take out of a stream, told without looking at all of it."""

from __future__ import annotations

import json
from random import Random

import pytest
from cassette_world import Agent, Machine, says
from gateway_strategies import cut, places
from hypothesis import example, given
from hypothesis import strategies as st

from specrun.gateway.cassettes.innocence import is_innocent
from specrun.gateway.cassettes.pieces import events
from specrun.gateway.wire.base import PROTOCOLS
from specrun.gateway.wire.sse import event

HERE = Machine()
REDACTOR = HERE.normaliser().redactor
SECRETS = (HERE.token, HERE.user, HERE.cwd, "sk-" + "a1B2c3D4" * 3)
WORDS = ("content", "", 'say "hi"\n', "index", "\\", "é", "}]}\n\n", "x" * 30)

texts = st.lists(st.sampled_from((*WORDS, *SECRETS)), max_size=5).map("".join)


def innocent(*stream: bytes) -> bool:
    return is_innocent(events(b"".join(stream)), REDACTOR)


def spoken(lane: int, text: str, places: list[int]) -> list[bytes]:
    """The events of one choice of an answer, its text cut at the places."""
    pieces = [piece.decode(errors="ignore") for piece in cut(text.encode(), places)]
    said = [{"choices": [{"index": lane, "delta": {"content": piece}}]} for piece in pieces]
    return [event(json.dumps(each).encode()) for each in said]


@given(st.lists(st.tuples(texts, places), min_size=1, max_size=3), st.randoms(use_true_random=False))
@example([("content", []), (HERE.token, [3, 9])], Random(1))
def test_what_holds_something_is_never_innocent_however_it_is_cut_and_mixed(said, chance):
    lanes = [spoken(number, text, cuts) for number, (text, cuts) in enumerate(said)]
    mixed = []
    while any(lanes):
        mixed.append(chance.choice([lane for lane in lanes if lane]).pop(0))
    heard = ["".join(_pieces(mixed, number)) for number in range(len(said))]
    if any(REDACTOR.edits(text) for text in heard):
        assert not innocent(*mixed)


def _pieces(stream: list[bytes], lane: int) -> list[str]:
    choices = [json.loads(each[6:])["choices"][0] for each in stream]
    return [choice["delta"]["content"] for choice in choices if choice["index"] == lane]


@pytest.mark.parametrize("where", ["id", "name", "delta"])
def test_what_stands_in_a_later_event_is_found_wherever_it_is(where):
    usual = {"id": "c1", "choices": [{"index": 0, "name": "n", "delta": {"content": "word"}}]}
    odd = json.loads(json.dumps(usual))
    holder = odd if where == "id" else odd["choices"][0] if where == "name" else odd["choices"][0]["delta"]
    holder["content" if where == "delta" else where] = f"the {HERE.user}"
    stream = [event(json.dumps(each).encode()) for each in (usual, usual, odd, usual)]
    assert innocent(*stream[:2])
    assert not innocent(*stream)


def test_what_only_looks_like_the_usual_event_is_looked_at():
    usual = event(b'{"choices": [{"delta": {"content": "word"}}]}')
    more = usual.replace(b'"word"', b'"word", "name": "\\u0061nnabel"')
    broken = usual.replace(b'"word"', b'"ann\nabel"')
    assert innocent(usual + usual.replace(b"word", b'a \\"b\\"'))
    assert not innocent(usual + more)
    assert not innocent(usual + broken + broken.replace(b"ann\nabel", b"annabel\n"))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_usual_answer_is_innocent(protocol):
    agent = Agent(HERE, protocol, "Go", stream=True)
    reply = says("Some words, and more of them. " * 20, "ls -la")
    written = b"".join(agent.wire.write_stream(reply, agent.wire.read_ask(agent.body()), "seed"))
    assert innocent(written)
