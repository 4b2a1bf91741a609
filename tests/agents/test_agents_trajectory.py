"""Trajectories are read off the wire, and are the same wherever and in whatever order a trial is replayed."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from cassette_world import HEADER, OTHER, Agent, Machine, player, says
from gateway_lanes import one_lane
from hypothesis import given, settings
from hypothesis import strategies as st
from test_gateway_cassette_replay import PROMPTS, lanes, orders

from specrun.agents.telling import Telling
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.wire.base import PROTOCOLS

HERE = Machine()


class Speaker:
    """A model that says what it is told to."""

    def __init__(self) -> None:
        self.next = None

    async def answer(self, ask, body):
        return self.next


def told(machine, protocol, script, order, tape, *, stream, prompts=PROMPTS):
    """The trajectory of lanes that talk in an order, and the lanes in the order of their turns."""

    async def work():
        telling, speaker, spoken = Telling(machine.normaliser()), Speaker(), []
        agents = [
            Agent(machine, protocol, prompt, stream=stream)
            for prompt, _ in zip(prompts, script, strict=False)
        ]
        left = [list(enumerate(turns, 1)) for turns in script]
        choices = list(order)
        async with one_lane(model=speaker, tape=tape, on_exchange=telling.add) as client:
            while any(left):
                ready = [number for number, turns in enumerate(left) if turns]
                number = ready[choices.pop() % len(ready) if choices else 0]
                turn, (text, commands) = left[number].pop(0)
                commands = [command.format(cwd=machine.cwd) for command in commands]
                speaker.next = says(text, *commands, lane=str(number), turn=turn)
                status, body = await client.ask(protocol, agents[number].body())
                assert status == 200, body
                agents[number].hear(agents[number].read(body))
                spoken.append(number)
        return telling.trajectory(), spoken

    return asyncio.run(work())


def recorded(folder, protocol, script, order, **more):
    with Recorder(Path(folder), HEADER, HERE.normaliser()) as recorder:
        return told(HERE, protocol, script, order, recorder, **more)


@settings(max_examples=30)
@given(st.sampled_from(PROTOCOLS), st.booleans(), lanes, orders, orders)
def test_a_trial_that_is_replayed_elsewhere_in_another_order_has_the_same_trajectory(
    protocol, stream, script, order, other_order
):
    with tempfile.TemporaryDirectory() as folder:
        first, spoken = recorded(folder, protocol, script, order, stream=stream)
        second, _ = told(OTHER, protocol, script, other_order, player(Path(folder)), stream=stream)
    assert second == first
    numbers = {lane: number for number, lane in enumerate(dict.fromkeys(spoken), 1)}
    assert [turn.conversation for turn in first.turns] == [numbers[lane] for lane in spoken]
    for lane, lines in enumerate(script):
        own = [turn for turn in first.turns if turn.conversation == numbers[lane]]
        assert [turn.says for turn in own] == [text for text, _ in lines]
        asked = [[command.format(cwd="⟦cwd⟧") for command in commands] for _, commands in lines]
        assert [[json.loads(use.arguments)["command"] for use in turn.calls] for turn in own] == asked
        assert [turn.input_tokens for turn in own] == [101 + place for place in range(len(lines))]
        assert all(use.result and "in ⟦cwd⟧/src" in use.result for turn in own[:-1] for use in turn.calls)
        assert all(use.result is None for use in own[-1].calls)
        assert PROMPTS[lane] in own[0].heard[-1]
        assert not any(turn.heard for turn in own[1:])


@settings(max_examples=6)
@given(st.sampled_from(PROTOCOLS), orders)
def test_conversations_that_begin_alike_are_told_apart(protocol, order):
    script = [[("", ["ls"]), ("", ["pwd"]), ("Done", ["true"])]] * 2
    with tempfile.TemporaryDirectory() as folder:
        trajectory, spoken = recorded(folder, protocol, script, order, stream=False, prompts=PROMPTS[:1] * 2)
    numbers = {lane: number for number, lane in enumerate(dict.fromkeys(spoken), 1)}
    assert [turn.conversation for turn in trajectory.turns] == [numbers[lane] for lane in spoken]


def test_turns_stand_in_the_order_in_which_they_were_answered(tmp_path):
    """The first question is answered last; a replay answers both at once."""
    heard = asyncio.Event()

    class Slow:
        async def answer(self, ask, body):
            slow = PROMPTS[0] in ask.items[-1].text
            if slow:
                await heard.wait()
            return says("slow" if slow else "quick")

    async def work(machine, tape, model=None):
        telling = Telling(machine.normaliser())

        def listen(exchange):
            telling.add(exchange)
            heard.set()

        async with one_lane(model=model, tape=tape, on_exchange=listen) as client:
            agents = [Agent(machine, "chat", prompt) for prompt in PROMPTS[:2]]
            await asyncio.gather(*(client.ask("chat", agent.body()) for agent in agents))
        return telling.trajectory()

    with Recorder(tmp_path, HEADER, HERE.normaliser()) as recorder:
        first = asyncio.run(work(HERE, recorder, Slow()))
    assert [turn.says for turn in first.turns] == ["quick", "slow"]
    assert asyncio.run(work(OTHER, player(tmp_path))) == first


def test_nothing_of_the_machine_is_in_a_trajectory(tmp_path):
    script = [[("", ["cat {cwd}/a.py"]), (f"It says {HERE.token} in {HERE.root}/home", ["ls"])]]
    trajectory, _ = recorded(tmp_path, "messages", script, [], stream=True)
    for secret in (HERE.token, HERE.root, HERE.user, HERE.host):
        assert secret not in repr(trajectory)
