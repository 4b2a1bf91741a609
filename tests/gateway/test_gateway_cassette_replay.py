from __future__ import annotations

import json
import tempfile
from pathlib import Path

import msgspec
import pytest
from cassette_world import (
    HEADER,
    OTHER,
    Agent,
    Machine,
    answered,
    player,
    record,
    says,
    taken,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.tape import Miss, Recorded
from specrun.gateway.wire.base import PROTOCOLS
from specrun.spec.digest import canonical_json

HERE = Machine()

turns = st.lists(
    st.tuples(
        st.sampled_from(["I will look.", "", "Now the test.\n\n  Then more.", "Done"]),
        st.lists(st.sampled_from(["ls -la", "cat {cwd}/a.py", "mktemp; date +%s%N"]), min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=4,
)
lanes = st.lists(turns, min_size=1, max_size=3)
orders = st.lists(st.integers(0, 5), max_size=20)

PROMPTS = ("Create hello.txt", "Create hello.md", "Write a title for this conversation")


def talk(machine, protocol, script, order, handle, **more):
    """Let the lanes of an agent talk, in an order, through `handle(agent, reply of the script) -> reply`."""
    agents = [Agent(machine, protocol, prompt, **more) for prompt, _ in zip(PROMPTS, script, strict=False)]
    left = [list(enumerate(turns, 1)) for turns in script]
    order = list(order)
    while any(left):
        ready = [number for number, turns in enumerate(left) if turns]
        number = ready[order.pop() % len(ready) if order else 0]
        turn, (text, commands) = left[number].pop(0)
        commands = [command.format(cwd=machine.cwd) for command in commands]
        reply = says(text, *commands, lane=str(number), turn=turn)
        agents[number].hear(handle(agents[number], reply))
    return agents


@settings(max_examples=60)
@given(
    st.sampled_from(PROTOCOLS),
    st.booleans(),
    st.booleans(),
    lanes,
    orders,
    orders,
    st.sets(st.integers(0, 9)),
)
def test_what_was_recorded_is_replayed_elsewhere_in_another_order_and_with_other_noise(
    protocol, stream, odd, script, order, other_order, retried
):
    with (
        tempfile.TemporaryDirectory() as folder,
        Recorder(Path(folder), HEADER, HERE.normaliser()) as recorder,
    ):
        bodies = set()

        def tape(agent, reply):
            exchange = taken(agent, reply)
            bodies.add(exchange.body)
            recorder.keep(exchange)
            return reply

        talk(HERE, protocol, script, order, tape, stream=stream, odd="o" if odd else "")
        tried = 0
        replay = player(Path(folder))

        def again(agent, reply):
            nonlocal tried
            body = agent.body()
            assert body not in bodies
            tried += 1
            heard = answered(replay, agent, body)
            if tried in retried:
                assert answered(replay, agent, body) == heard
                assert replay.turns[-1].repeated
            assert [item for item in heard.items if item.kind != "reasoning"] == list(reply.items)
            assert heard.usage == reply.usage
            return heard

        talk(OTHER, protocol, script, other_order, again, stream=stream, odd="o" if odd else "")
        assert replay.used == set(range(1, tried + 1))
        if not odd:
            assert not any(turn.drift for turn in replay.turns)


@given(st.lists(st.sampled_from(["Create", "Write", "hello", "file", "the", "a"]), min_size=1, max_size=6))
def test_a_prompt_in_other_words_is_a_miss(words):
    prompt = " ".join(words)
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder), HERE, taken(Agent(HERE, "chat", "Create the file"), says("ok")))
        agent = Agent(OTHER, "chat", prompt)
        body = agent.body()
        found = player(Path(folder)).answer(agent.wire.read_ask(body), body)
        assert isinstance(found, Recorded if prompt == "Create the file" else Miss)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_conversation_that_went_another_way_is_a_miss_that_says_where(tmp_path, protocol):
    first, second = says("", "ls"), says("Done", turn=2)
    agent = Agent(HERE, protocol, "Create hello.txt")
    exchanges = [taken(agent, first)]
    agent.hear(first)
    exchanges.append(taken(agent, second))
    replay = player(record(tmp_path, HERE, *exchanges))
    other = Agent(OTHER, protocol, "Create hello.txt")
    other.hear(says("", "ls", turn=7))
    body = other.body()
    found = replay.answer(other.wire.read_ask(body), body)
    assert isinstance(found, Miss)
    lines = found.text.splitlines()
    assert lines[:5] == [
        f"no answer is recorded for this request ({protocol}, small)",
        "nearest: exchange 2 of 2, the same first prompt, 0 of 1 items of the model agree",
        "the model's item 1",
        "  recorded: call bash call_a_1_0",
        "  now:      call bash call_a_7_0",
    ]
    assert replay.turns == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("recorded", [True, False])
def test_one_recording_answers_streamed_or_whole(tmp_path, protocol, recorded):
    reply = says("Look", f"cat {HERE.cwd}/x", "ls")
    replay = player(record(tmp_path, HERE, taken(Agent(HERE, protocol, "Go", stream=recorded), reply)))
    expected = says("Look", f"cat {OTHER.cwd}/x", "ls")
    seen = [
        answered(replay, Agent(OTHER, protocol, "Go", stream=stream)) for stream in (recorded, not recorded)
    ]
    assert [(each.items, each.usage, each.id) for each in seen] == [
        (expected.items, expected.usage, expected.id)
    ] * 2


def test_the_same_bytes_get_the_same_answer_and_other_bytes_the_next(tmp_path):
    exchanges = [
        taken(Agent(Machine(seed=number), "chat", "Try"), says(f"sample {number}")) for number in (1, 2)
    ]
    replay = player(record(tmp_path, HERE, *exchanges))
    bodies = [Agent(msgspec.structs.replace(OTHER, seed=seed), "chat", "Try").body() for seed in (3, 4, 5)]
    agent = Agent(OTHER, "chat", "Try")
    heard = [answered(replay, agent, bodies[number]).items[0].text for number in (0, 0, 1, 0, 1, 2)]
    assert heard == ["sample 1", "sample 1", "sample 2", "sample 1", "sample 2", "sample 2"]


def test_a_request_that_was_recorded_with_several_answers_gets_all_of_them(tmp_path):
    agent = Agent(HERE, "chat", "Try")
    one, two = agent.body(), Agent(Machine(seed=2), "chat", "Try").body()
    said = [taken(agent, says(text), body) for text, body in (("1", one), ("1 again", one), ("2", two))]
    record(tmp_path, HERE, *said)
    replay, other = player(tmp_path), Agent(OTHER, "chat", "Try")
    first, second = other.body(), Agent(msgspec.structs.replace(OTHER, seed=9), "chat", "Try").body()
    heard = [answered(replay, other, body).items[0].text for body in (first, second, first, first, second)]
    assert heard == ["1", "2", "1 again", "1 again", "2"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"model": "small"}, {"model": "large"}),
        ({"tools": ("bash",)}, {"tools": ("bash", "edit")}),
    ],
)
def test_models_and_tools_break_ties_and_nothing_else(tmp_path, one, other):
    made = [one, other]
    exchanges = [taken(Agent(HERE, "messages", "Warmup", odd="o", **each), says(str(each))) for each in made]
    record(tmp_path, HERE, *exchanges)
    replay = player(tmp_path)
    for each in reversed(made):
        agent = Agent(OTHER, "messages", "Warmup", odd="o", **each)
        assert answered(replay, agent).items[0].text == str(each)
    stranger = Agent(OTHER, "messages", "Warmup", model="unheard-of", tools=())
    assert answered(replay, stranger).items[0].text in (str(one), str(other))


def test_the_very_request_that_was_recorded_gets_its_own_answer(tmp_path):
    def agent(machine, found):
        made = Agent(machine, "chat", "Look")
        made.hear(says("", "ls"))
        made.items[-1] = msgspec.structs.replace(made.items[-1], text=f"{found} at {machine.cwd}")
        return made

    record(tmp_path, HERE, *(taken(agent(HERE, found), says(found)) for found in ("cats", "dogs")))
    replay = player(tmp_path)
    assert [answered(replay, agent(OTHER, found)).items[0].text for found in ("dogs", "cats", "dogs")] == [
        "dogs",
        "cats",
        "dogs",
    ]


def test_a_second_try_without_a_stream_is_a_retry(tmp_path):
    exchanges = [taken(Agent(Machine(seed=seed), "chat", "Try"), says(f"sample {seed}")) for seed in (1, 2)]
    replay = player(record(tmp_path, HERE, *exchanges))
    streaming, whole = (Agent(OTHER, "chat", "Try", stream=stream) for stream in (True, False))
    heard = [answered(replay, agent).items[0].text for agent in (streaming, whole)]
    assert heard == ["sample 1", "sample 1"]


def test_what_a_model_thought_does_not_matter(tmp_path):
    def body(*thoughts):
        said = [*thoughts, {"type": "text", "text": "Yes"}]
        first, answer = {"role": "user", "content": "Go"}, {"role": "assistant", "content": said}
        return msgspec.json.encode({"model": "m", "messages": [first, answer]})

    agent = Agent(HERE, "messages", "unused")
    record(
        tmp_path,
        HERE,
        taken(agent, says("ok"), body({"type": "thinking", "thinking": "Hm", "signature": "s"})),
    )
    assert answered(player(tmp_path), agent, body()).items[0].text == "ok"


def test_what_the_user_said_last_breaks_ties(tmp_path):
    def agent(machine, last):
        made = Agent(machine, "chat", "Hello", odd="o")
        made.hear(says("Yes?"))
        made.items += [msgspec.structs.replace(says(last).items[0], author="user")]
        return made

    record(tmp_path, HERE, *(taken(agent(HERE, last), says(f"about {last}")) for last in ("cats", "dogs")))
    replay = player(tmp_path)
    assert answered(replay, agent(OTHER, "dogs")).items[0].text == "about dogs"
    assert answered(replay, agent(OTHER, "cats")).items[0].text == "about cats"


def test_an_answer_that_the_provider_keeps_stands_for_the_conversation(tmp_path):
    def body(previous):
        return msgspec.json.encode(
            {"model": "m", "previous_response_id": previous, "input": [{"role": "user", "content": "go on"}]}
        )

    agent = Agent(HERE, "responses", "unused")
    record(tmp_path, HERE, *(taken(agent, says(f"after {name}"), body(name)) for name in ("r_1", "r_2")))
    replay = player(tmp_path)
    assert answered(replay, agent, body("r_2")).items[0].text == "after r_2"
    assert answered(replay, agent, body("r_1")).items[0].text == "after r_1"
    assert isinstance(replay.answer(agent.wire.read_ask(body("r_3")), body("r_3")), Miss)


def test_drift_is_told_in_lines_and_is_a_miss_only_if_strict(tmp_path):
    agent = Agent(HERE, "chat", "Create hello.txt")
    agent.hear(says("", "ls"))
    record(tmp_path, HERE, taken(agent, says("Done")))

    def changed():
        other = Agent(OTHER, "chat", "Create hello.txt", tools=("bash", "edit"))
        other.hear(says("", "ls"))
        other.items[-1] = msgspec.structs.replace(other.items[-1], text="first\nsecond")
        return other

    replay = player(tmp_path)
    assert answered(replay, changed()).items[0].text == "Done"
    (turn,) = replay.turns
    assert turn.drift == (
        "item 6 (tool result call_a_1_0), line 1",
        "  recorded: ⟦epoch⟧",
        "  now:      first",
        "tools only now: edit",
    )
    strict = player(tmp_path, strict=True)
    body = changed().body()
    found = strict.answer(agent.wire.read_ask(body), body)
    assert isinstance(found, Miss)
    assert found.text.splitlines()[0] == "exchange 1 has this key, but differs"
    same = Agent(OTHER, "chat", "Create hello.txt")
    same.hear(says("", "ls"))
    assert answered(strict, same).items[0].text == "Done"


def test_a_cassette_without_the_protocol_is_a_miss_too(tmp_path):
    record(tmp_path, HERE, taken(Agent(HERE, "chat", "Go"), says("ok")))
    agent = Agent(OTHER, "messages", "Go")
    body = agent.body()
    found = player(tmp_path).answer(agent.wire.read_ask(body), body)
    assert isinstance(found, Miss)
    assert found.text.endswith("the cassette has no exchange of this protocol")


def test_a_damaged_cassette_is_a_miss_that_says_so(tmp_path):
    record(tmp_path, HERE, taken(Agent(HERE, "chat", "Go"), says("x" * 50_000)))
    for blob in (tmp_path / "blobs").iterdir():
        blob.write_bytes(b"other")
    agent = Agent(OTHER, "chat", "Go")
    body = agent.body()
    found = player(tmp_path).answer(agent.wire.read_ask(body), body)
    assert isinstance(found, Miss)
    assert found.text.endswith("its content is not what its name says")


def test_a_message_that_looks_like_the_name_of_a_part_is_only_a_message(tmp_path):
    agent = Agent(HERE, "chat", "Go")
    body = msgspec.json.encode(
        {"model": "m", "messages": [{"⟦blob⟧": "0" * 64}, {"role": "user", "content": "hi"}]}
    )
    record(tmp_path, HERE, taken(agent, says("ok"), body))
    cassette = read_cassette(tmp_path)
    assert cassette.request(cassette.exchanges[0]) == msgspec.json.decode(body)
    assert answered(player(tmp_path, strict=True), agent, body).items[0].text == "ok"


@pytest.mark.parametrize("protocol", ["chat", "responses", "messages"])
def test_what_an_estimate_stands_on_is_the_same_wherever_it_is_replayed(tmp_path, protocol):
    record(tmp_path, HERE, taken(Agent(HERE, protocol, "estimate me"), says("done")))
    found = []
    for machine in (HERE, OTHER):
        agent = Agent(machine, protocol, "estimate me")
        body = agent.body()
        recorded = player(tmp_path, machine).answer(agent.wire.read_ask(body), body)
        found.append((recorded.origin.characters, len(body)))
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]


@pytest.mark.parametrize(
    ("protocol", "instructed"),
    [
        ("chat", lambda text: {"messages": [{"role": "system", "content": text}]}),
        ("chat", lambda text: {"tools": [{"function": {"name": "bash", "description": text}}]}),
        ("responses", lambda text: {"instructions": text, "input": "x"}),
        ("responses", lambda text: {"input": [{"role": "developer", "content": [{"text": text}]}]}),
        ("messages", lambda text: {"system": [{"type": "text", "text": text}], "messages": []}),
    ],
    ids=["system", "tool", "instructions", "developer", "blocks"],
)
def test_what_the_makers_of_an_agent_tell_models_is_known_by_its_digest(protocol, instructed):
    normal = HERE.normaliser().request
    theirs = f"Never say where {HERE.cwd} is. " * 20
    told = canonical_json(normal(protocol, instructed(theirs))).decode()
    assert "Never" not in told
    assert "⟦text " in told
    assert normal(protocol, json.loads(told)) == json.loads(told)
    elsewhere = OTHER.normaliser().request(protocol, instructed(theirs.replace(HERE.cwd, OTHER.cwd)))
    assert elsewhere == json.loads(told)
    assert normal(protocol, instructed(theirs + "!")) != json.loads(told)
    assert "short" in canonical_json(normal(protocol, instructed("short"))).decode()


def test_what_users_say_is_told_however_long_it_is():
    said = {"messages": [{"role": "user", "content": "words " * 100}]}
    assert HERE.normaliser().request("chat", said) == said
