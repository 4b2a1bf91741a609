"""What an exchange is in the log of a trial."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from cassette_world import OTHER, Machine
from telling_exchanges import HI, USAGE, call, exchange, telling, user, words

from specrun.agents.telling import DRIFT, Telling, events_of
from specrun.events.excerpt import EXCERPT_LIMIT
from specrun.events.payloads import Step, ToolCall
from specrun.spec.digest import digest


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_an_answer_is_a_step_with_its_calls():
    said = (words("I look."), call(arguments='{"b": 1, "a": [2]}'), call("patch", arguments="*** +x"))
    step, calls = events_of(exchange((HI, user("éé")), *said), telling())
    assert step == Step(
        step_type="reason", name="fix", content="I look.", tokens_in=157, tokens_out=20, context_kb=0.006
    )
    assert calls == (
        ToolCall(tool="bash", tool_args_hash=digest({"a": [2], "b": 1})),
        ToolCall(tool="patch", tool_args_hash=sha("*** +x")),
    )


def test_events_are_the_same_on_every_machine():
    def events(machine: Machine):
        arguments = f'{{"command":"cat {machine.cwd}/a.py","n":[{{"x":"{machine.token}"}}]}}'
        said = (words(f"in {machine.cwd}"), call(arguments=arguments), call(arguments=f"+ {machine.cwd}"))
        asked = user(f"You are in {machine.cwd} as {machine.user}")
        return events_of(exchange((asked,), *said), Telling(machine.normaliser()))

    assert events(Machine()) == events(OTHER)


@pytest.mark.parametrize("arguments", ["", '{"a":1e999}', "[" * 3000 + "]" * 3000, '"\\ud800"', "NaN"])
def test_arguments_of_any_kind_have_a_hash(arguments):
    _, (made,) = events_of(exchange((HI,), call(arguments=arguments)), telling())
    assert len(made.tool_args_hash) == 64


@pytest.mark.parametrize(
    ("ending", "status", "notes", "content"),
    [
        ("failed", 429, (), "failed: 429"),
        ("failed", 200, ("the answer was cut",), "failed: 200: the answer was cut"),
        ("refused", 403, (f"no more for {Machine().token}",), "refused: 403: no more for ⟦secret⟧"),
        ("missed", 400, ("no answer\nis recorded",), "missed: 400: no answer\nis recorded"),
    ],
)
def test_what_was_not_answered_says_so_and_calls_nothing(ending, status, notes, content):
    cut = exchange((HI,), call(), ending=ending, status=status, notes=notes, usage=None)
    step, calls = events_of(cut, telling())
    assert (step.content, step.tokens_in, step.tokens_out, calls) == (content, None, None, ())


def test_estimates_are_no_tokens_and_embeddings_no_conversation():
    guess = msgspec.structs.replace(USAGE, estimated=True)
    step, calls = events_of(exchange(ask=None, reply=None, protocol="embeddings", usage=guess), telling())
    assert (step.content, step.context_kb, step.tokens_in, step.tokens_out) == ("", None, None, None)
    assert calls == ()


def test_long_words_are_cut():
    step, _ = events_of(exchange((HI,), words("x" * 10**6)), telling())
    assert len(step.content) < EXCERPT_LIMIT + 100


def test_a_replay_that_is_not_as_recorded_is_told_line_by_line():
    drifted = exchange((HI,), words("I look."), recorded=3, drift=("item 2, user text:", "  now: hi"))
    heard = telling(drifted, exchange((HI,), words("again"), recorded=4))
    step, _ = events_of(drifted, heard)
    assert step.content == f"I look.\n{DRIFT}\nitem 2, user text:\n  now: hi"
    assert heard.drifted == 1
