"""Odd conversations, and what a trajectory keeps of them."""

from __future__ import annotations

import msgspec
import pytest
from telling_exchanges import HI, USAGE, call, exchange, result, telling, user, words

from specrun.agents.telling import shortened
from specrun.agents.telling.listener import KEPT, MOST_HEARD
from specrun.agents.trajectory import ToolUse, Trajectory, Turn


def turns(*exchanges):
    return telling(*exchanges).trajectory().turns


def results(*exchanges):
    return [[use.result for use in turn.calls] for turn in turns(*exchanges)]


def test_results_are_those_of_the_last_calls_where_ids_come_again():
    first = (HI, call(), result("one"))
    second = (*first, call(), result("two"))
    assert results(exchange((HI,), call()), exchange(first, call()), exchange(second, words("ok"))) == [
        ["one"],
        ["two"],
        [],
    ]


def test_results_without_ids_are_joined_by_name_in_order():
    calls = (call("read", None), call("bash", None), call("read", None))
    given = (result("a", None, "read"), result("b", None, "read"), result("c", None, "bash"))
    assert results(exchange((HI,), *calls), exchange((HI, *calls, *given), words("ok"))) == [
        ["a", "c", "b"],
        [],
    ]


def test_a_result_that_stands_between_two_calls_is_found():
    history = (HI, call(call_id="c1"), result("one", "c1"), call(call_id="c2"), result("two", "c2"))
    said = (call(call_id="c1"), call(call_id="c2"))
    assert results(exchange((HI,), *said), exchange(history, words("ok"))) == [["one", "two"], []]


def test_a_conversation_that_the_provider_keeps_goes_on_from_its_reply():
    found = turns(
        exchange((HI,), call(), reply_id="r1"),
        exchange((HI,), call(), reply_id="r2"),
        exchange((result("of the first"), user("and now?")), words("ok"), previous="r1", reply_id="r3"),
        exchange((), words("bye"), previous="r3"),
        exchange((result("told in another way"),), words("ok"), previous="r1"),
    )
    assert [turn.conversation for turn in found] == [1, 2, 1, 1, 1]
    assert [use.result for turn in found for use in turn.calls] == ["of the first", None]
    assert [turn.heard for turn in found] == [("hi",), ("hi",), ("and now?",), (), ()]


def test_a_history_that_the_agent_has_changed_is_still_of_the_conversation_that_began_alike():
    found = turns(
        exchange((HI,), words("A long story."), call()),
        exchange((user("another"),), words("no")),
        exchange((HI, words("A story."), call(), result("one")), words("ok")),
        exchange((user("hi again"), words("A story."), call()), words("who?")),
    )
    assert [turn.conversation for turn in found] == [1, 2, 1, 3]
    assert found[0].calls[0].result == "one"


def test_what_was_not_answered_is_no_turn_and_the_last_failure_is_kept():
    refused = exchange((HI,), ending="refused", status=403, reply=None, usage=None, notes=("the limit",))
    failed = exchange((HI,), ending="failed", status=500, reply=None, usage=None)
    embeddings = exchange(ask=None, reply=None, protocol="embeddings")
    heard = telling(refused, failed, embeddings)
    assert heard.trajectory() == Trajectory()
    assert heard.failure == "failed: 500"
    assert telling(failed, refused).failure == "refused: 403: the limit"


def test_a_place_in_a_recording_comes_before_what_no_recording_had():
    found = turns(
        exchange((user("a"),), words("new")),
        exchange((user("b"),), words("second"), recorded=1),
        exchange((user("c"),), words("first"), recorded=0),
        exchange((user("d"),), words("newer")),
    )
    assert [turn.says for turn in found] == ["first", "second", "new", "newer"]
    assert [turn.conversation for turn in found] == [1, 2, 3, 4]


def test_texts_of_any_size_and_kind_are_kept_in_part():
    long = "x" * 10 * KEPT
    asked = (*(user(f"text {place}") for place in range(MOST_HEARD)), user(" \n"), user(long), user("\ud800"))
    reply = (words(long), call(arguments=long), words("end"))
    (turn,) = turns(exchange(asked, *reply))
    assert len(msgspec.json.encode(turn)) < 5 * KEPT
    assert turn.heard[0] == "text 2"
    assert turn.heard[-1] == "?"
    assert turn.says.endswith("x\nend")
    assert f"[{9 * KEPT} characters cut]" in turn.calls[0].arguments


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        (USAGE, (157, 20)),
        (msgspec.structs.replace(USAGE, cache_write_tokens=None, output_tokens=None), (150, None)),
        (msgspec.structs.replace(USAGE, estimated=True), (None, None)),
        (None, (None, None)),
    ],
)
def test_tokens_are_those_that_the_provider_has_counted(usage, tokens):
    (turn,) = turns(exchange((HI,), words("ok"), usage=usage))
    assert (turn.input_tokens, turn.output_tokens) == tokens


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ('{"command":"ls  -la\\n"}', "bash: ls -la"),
        ('{"timeout":5,"command":["bash","-lc","ls"]}', "bash: bash -lc ls"),
        ('{"todos":[{"text":"a"}],"n":[]}', 'bash: {"todos":[{"text":"a"}],"n":[]}'),
        ("*** Begin Patch\n+x", "bash: *** Begin Patch +x"),
        ('["a"]', 'bash: ["a"]'),
        ("", "bash"),
        (f'{{"command":"{"y" * 81}"}}', f"bash: {'y' * 77}..."),
        ("[" * 5000, f"bash: {'[' * 77}..."),
    ],
)
def test_a_call_is_shown_by_its_main_argument(arguments, shown):
    turn = Turn(
        stage="fix", conversation=1, model="m", heard=("no",), says=f"a\n\n{'b' * 200}",
        calls=(ToolUse(tool="bash", arguments=arguments, result="no"),), input_tokens=3,
    )  # fmt: skip
    (short,) = shortened(Trajectory(turns=(turn,)))
    assert short.calls == (shown,)
    assert (short.says, short.input_tokens) == (f"a {'b' * 95}...", 3)
