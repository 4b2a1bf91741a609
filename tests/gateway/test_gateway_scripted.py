"""A scripted model says what its script says, in every protocol, to the official clients."""

from __future__ import annotations

import asyncio
import json

import pytest
from gateway_lanes import PATHS
from scripted_lanes import Talk, anthropic, following, openai, script

from specrun.gateway.scripted import Scripted
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Ask, Item

MODES = [(protocol, stream) for protocol in PATHS for stream in (False, True)]
WORK = {
    "turns": [
        {
            "say": "I look around.",
            "think": "Where am I?",
            "calls": [
                {"tool": "bash", "arguments": {"command": "ls", "n": [1, 2.5, None]}},
                {"tool": "bash", "arguments": {"command": "pwd"}},
            ],
        },
        {"calls": [{"tool": "read", "arguments": {}}]},
        {"say": "Done."},
    ]
}
STOPS = {
    "chat": ("tool_calls", "stop"),
    "responses": ("completed", "completed"),
    "messages": ("tool_use", "end_turn"),
}


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_turns_come_in_order(protocol, stream):
    async def work(clients):
        talk = Talk(clients, protocol, "fix it", stream=stream)
        said = []
        for _ in range(3):
            said.append(await talk.turn())
            for call_id in said[-1]["calls"]:
                talk.result(call_id, "nothing")
        return said

    first, second, third = following(work, WORK)
    assert (first["say"], first["think"]) == ("I look around.", "Where am I?")
    arguments = [written for _, written in first["calls"].values()]
    decoded = [json.loads(each) if isinstance(each, str) else each for each in arguments]
    assert decoded == [{"command": "ls", "n": [1, 2.5, None]}, {"command": "pwd"}]
    assert [name for name, _ in second["calls"].values()] == ["read"]
    assert (second["say"], third["say"], third["calls"]) == (None, "Done.", {})
    assert len({*first["calls"], *second["calls"]}) == 3, "ids are unique in a conversation"
    assert [first["stop"], second["stop"], third["stop"]] == [*[STOPS[protocol][0]] * 2, STOPS[protocol][1]]


@pytest.mark.parametrize("protocol", PATHS)
def test_the_same_conversation_has_the_same_ids(protocol):
    async def work(clients):
        return await Talk(clients, protocol, "fix it", stream=False).turn()

    paused = {"turns": [{**WORK["turns"][0], "pause": "1ms"}]}
    for conversation in (WORK, paused):
        one, other = (following(work, conversation) for _ in range(2))
        assert one == other


REFUSED = {
    "chat": openai.AuthenticationError,
    "responses": openai.BadRequestError,
    "messages": anthropic.PermissionDeniedError,
}


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_a_script_that_has_ended_stops_its_agent(protocol, stream):
    async def work(clients):
        talk = Talk(clients, protocol, "hi", stream=stream)
        await talk.turn()
        talk.say("and now?")
        with pytest.raises(REFUSED[protocol], match="the script of model scripted-s has no turn 2 for this"):
            await talk.turn()
        return [(heard.ending, heard.notes) for heard in clients.lane.heard]

    first, (ending, [note]) = following(work, {"turns": [{"say": "Hello."}]}, retries=2)
    assert first == ("answered", ())
    assert ending == "failed"
    assert note.endswith("has no turn 2 for this conversation, which is conversations[0]")


CONVERSATIONS = (
    {"prompt": "(?i)summar(y|ise)", "turns": [{"say": "short"}]},
    {"prompt": "^write", "rules": [{"say": "long"}]},
)


@pytest.mark.parametrize("protocol", PATHS)
def test_the_first_conversation_that_fits_what_was_said_before_the_model_spoke(protocol):
    async def work(clients):
        said = []
        for prompt in ("write a summary", "write a SUMMARY", "write tests"):
            talk = Talk(clients, protocol, prompt, stream=False)
            said.append((await talk.turn())["say"])
        talk.say("now a summary")
        said.append((await talk.turn())["say"])
        with pytest.raises(REFUSED[protocol], match="has no conversation that begins like this one"):
            await Talk(clients, protocol, "read and write", stream=False).turn()
        return said

    assert following(work, *CONVERSATIONS) == ["short", "short", "long", "long"]


def test_every_text_before_the_model_counts_and_none_of_the_system():
    async def work(clients):
        texts = [{"type": "text", "text": "reminder"}, {"type": "text", "text": "write it"}]
        system = {"role": "system", "content": "summary"}
        body = {"model": "m", "messages": [system, {"role": "user", "content": texts}]}
        return json.loads((await clients.ask(body=body))[1])

    answer = following(work, *CONVERSATIONS)
    assert answer["choices"][0]["message"]["content"] == "long"


RULES = {
    "rules": [
        {"seen": "FAILED", "calls": [{"tool": "bash", "arguments": {"command": "fix"}}]},
        {"seen": r"\d+ passed", "say": "All is well."},
        {"seen": "begin", "calls": [{"tool": "bash", "arguments": {"command": "test"}}]},
    ]
}


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_the_first_rule_that_fits_what_was_said_since_the_model_spoke(protocol, stream):
    async def work(clients):
        talk = Talk(clients, protocol, "begin", stream=stream)
        commands = []
        for output in ("2 FAILED, 3 passed", "begin: 5 passed"):
            [(call_id, (_, written))] = (await talk.turn())["calls"].items()
            commands.append((written if isinstance(written, dict) else json.loads(written))["command"])
            talk.result(call_id, output)
        return commands, (await talk.turn())["say"]

    assert following(work, RULES) == (["test", "fix"], "All is well.")


@pytest.mark.parametrize("protocol", PATHS)
def test_no_rule_that_fits_stops_the_agent(protocol):
    async def work(clients):
        talk = Talk(clients, protocol, "begin", stream=False)
        [call_id] = (await talk.turn())["calls"]
        talk.result(call_id, "no test was found")
        with pytest.raises(REFUSED[protocol], match="has no rule for what was said last"):
            await talk.turn()
        talk.say("3 passed, they say")
        return (await talk.turn())["say"]

    assert following(work, RULES) == "All is well."


def item(kind, author, text=""):
    return Item(kind=kind, author=author, text=text)


HI = item("text", "user", "hi")
THOUGHT = item("reasoning", "assistant", "hm")
WORDS = item("text", "assistant", "ok")
CALL = item("tool_call", "assistant")


@pytest.mark.parametrize(
    ("items", "turn"),
    [
        ((), "1"),
        ((HI, THOUGHT), "1"),
        ((HI, THOUGHT, HI), "1"),
        ((HI, THOUGHT, WORDS, CALL, THOUGHT, CALL), "2"),
        ((HI, WORDS, item("text", "system", "mind"), CALL), "3"),
        ((HI, CALL, item("tool_result", "tool"), item("tool_result", "tool"), HI, WORDS, HI), "3"),
    ],
)
def test_what_is_said_without_a_pause_is_one_turn(items, turn):
    said = Scripted(script({"turns": [{"say": str(number)} for number in (1, 2, 3)]}))
    reply = asyncio.run(said.answer(Ask(protocol="chat", model="m", items=items), b"{}"))
    assert [each.text for each in reply.items] == [turn]


@pytest.mark.parametrize("unheard", [item("text", "system", "FAILED"), item("other", "user", "FAILED")])
def test_rules_see_neither_instructions_nor_pictures(unheard):
    asked = Ask(protocol="chat", model="m", items=(HI, WORDS, unheard, item("text", "user", "1 passed")))
    reply = asyncio.run(Scripted(script(RULES)).answer(asked, b"{}"))
    assert [each.text for each in reply.items] == ["All is well."]


def test_a_tool_with_free_text():
    said = {"turns": [{"calls": [{"tool": "patch", "text": "+x\n" * 40}]}]}

    async def work(clients):
        tool = {"type": "custom", "name": "patch"}
        body = {"model": "m", "input": "hi", "tools": [tool]}
        response = await clients.openai.responses.create(**body)
        with pytest.raises(REFUSED["messages"], match="which the messages protocol does not have"):
            await Talk(clients, "messages", "hi", stream=True).turn()
        return response.output[0]

    call = following(work, said)
    assert (call.type, call.name, call.input) == ("custom_tool_call", "patch", "+x\n" * 40)


def test_a_conversation_that_is_not_sent_whole_is_refused():
    async def work(clients):
        body = {"model": "m", "input": "go on", "previous_response_id": "resp_1"}
        with pytest.raises(openai.BadRequestError, match="the whole conversation must be sent"):
            await clients.openai.responses.create(**body)

    following(work, WORK)


COUNTED = {"input": 10, "output": 30, "cache_read": 80, "cache_write": 5, "reasoning": 12}


@pytest.mark.parametrize(("protocol", "stream"), MODES)
def test_usage_is_what_the_script_says(protocol, stream):
    async def work(clients):
        await clients.ask(protocol, stream=stream)  # without a usage, Anthropic's client fails in streams
        return clients.lane.heard[0].usage

    assert following(work, {"turns": [{"say": "x", "usage": COUNTED}]}) == Usage(
        input_tokens=10,
        output_tokens=30,
        cache_read_tokens=80,
        cache_write_tokens=5,
        cache_write_long_tokens=0,
        reasoning_tokens=12,
    )
    assert following(work, {"turns": [{"say": "x", "usage": "none"}]}).estimated


@pytest.mark.parametrize("protocol", PATHS)
def test_usage_is_a_token_for_four_characters_unless_it_is_given(protocol):
    said = {"think": "x" * 6, "say": "é" * 10, "calls": [{"tool": "bash", "arguments": {"a": 1}}]}

    async def work(clients):
        body = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hé"}]}
        if protocol == "responses":
            body = {"model": "m", "input": "hé"}
        written = json.dumps(body, ensure_ascii=False)
        await clients.ask(protocol, body=written.encode())
        return len(written), clients.lane.heard[0].usage

    characters, usage = following(work, {"turns": [said]})
    assert usage == Usage(
        input_tokens=-(-characters // 4),
        cache_read_tokens=0,
        cache_write_tokens=0,
        cache_write_long_tokens=0,
        output_tokens=6,  # 6 + 10 + the 7 of {"a":1} are 23 characters
        reasoning_tokens=2,
    )
