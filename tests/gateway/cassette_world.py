"""Agents that talk to models in every protocol, with the noise that real ones make, and their recordings."""

from __future__ import annotations

import json
import random
import uuid
from pathlib import Path

import msgspec

from specrun.gateway.cassettes.model import Header
from specrun.gateway.cassettes.normaliser import Normaliser
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.player import Player
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.rules import VERSION
from specrun.gateway.tape import Recorded, Taken
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Item, Reply
from specrun.gateway.wire.registry import WIRES

HEADER = Header(
    normaliser=VERSION, source="scripted", case="hello", agent="fake-1.0", model="small", repetition=1
)


class Machine(msgspec.Struct, frozen=True):
    """Where a trial runs, and the chance that makes its noise."""

    root: str = "/tmp/first/abc"
    seed: int = 1
    user: str = "annabel"
    host: str = "calc-17"
    token: str = "trial-token-first-0001"

    @property
    def cwd(self) -> str:
        return f"{self.root}/proj"

    def normaliser(self) -> Normaliser:
        places = Places({"cwd": self.cwd, "home": f"{self.root}/home", "tmp": f"{self.root}/tmp"})
        return Normaliser(Redactor(places, [self.token], self.user, self.host))


OTHER = Machine("/srv/runs/zz-9/deeper", 2, "bertram", "node-x", "trial-token-second-2")


def noise(machine: Machine, chance: random.Random) -> str:
    """What commands print: all of it differs each time, and none of it matters."""
    day, hour, minute = chance.randint(10, 28), chance.randint(10, 23), chance.randint(10, 59)
    letters = "".join(chance.choices("abcdefXYZ", k=8))
    lines = [
        f"{chance.randint(14 * 10**17, 20 * 10**17)}",
        f"/tmp/tmp.{letters}4Q {machine.root}/tmp/tmp{chance.randint(10**7, 10**8 - 1)}",
        f"-rw-r--r-- 1 {machine.user} {machine.user} 5 Nov {day} {hour}:{minute} hello.txt",
        f"Process Group PGID: {chance.randint(2, 99999)}",
        f"session {uuid.UUID(int=chance.getrandbits(128), version=4)}",
        f"2026-11-{day}T{hour}:{minute}:07.{chance.randint(100, 999)}Z in {machine.cwd}/src",
        f"Linux {machine.host} 6.{chance.randint(1, 9)}.0-{chance.randint(1, 99)}-generic",
        f"OPENAI_API_KEY={machine.token} http://127.0.0.1:{chance.randint(32768, 60999)}/",
    ]
    return "\n".join(lines)


class Agent:
    """One lane of an agent: it asks, does what the model says, and asks again."""

    def __init__(self, machine, protocol, prompt, *, stream=False, model="small", tools=("bash",), odd=""):
        self.machine = machine
        self.protocol = protocol
        self.wire = WIRES[protocol]
        self.stream = stream
        self.model = model
        self.tools = tools
        self.odd = odd
        self.chance = random.Random(f"{machine.seed} {prompt}")
        self.prompt = f"{prompt}\nYou are in {machine.cwd}."
        self.boilerplate = f"Today is {noise(machine, self.chance)}{self.odd and self.chance.random()}"
        self.items: list[Item] = []

    def body(self) -> bytes:
        """The next request, as it is sent."""
        written = {"chat": _chat, "responses": _responses, "messages": _messages}[self.protocol]
        tools = [{"name": name, "description": f"Runs in {self.machine.cwd}"} for name in self.tools]
        return json.dumps(
            {
                "model": self.model,
                "stream": self.stream,
                "stream_options": {"include_usage": self.stream},
                "metadata": {"session": self.chance.random()},
                "tools": tools,
                **written(self),
            }
        ).encode()

    def hear(self, reply: Reply) -> None:
        """Take an answer, and do what it says."""
        self.items += reply.items
        for item in reply.items:
            if item.kind == "tool_call":
                text = f"{noise(self.machine, self.chance)}{self.odd and self.chance.random()}"
                self.items.append(Item(kind="tool_result", author="tool", text=text, call_id=item.call_id))

    def read(self, body: bytes) -> Reply:
        """An answer in the form that it asked for."""
        if not self.stream:
            return self.wire.read_reply(body)
        reader = self.wire.reader()
        reader.feed(body)
        return reader.finish()


def _chat(agent: Agent) -> dict:
    messages = [
        {"role": "system", "content": agent.boilerplate},
        {"role": "user", "content": [{"type": "text", "text": agent.boilerplate}]},
        {"role": "user", "content": agent.prompt},
    ]
    for item in agent.items:
        if item.kind == "text":
            messages.append({"role": item.author, "content": item.text})
        elif item.kind == "tool_call":
            function = {"name": item.name, "arguments": item.arguments}
            calls = [{"id": item.call_id, "type": "function", "function": function}]
            messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        elif item.kind == "tool_result":
            messages.append({"role": "tool", "tool_call_id": item.call_id, "content": item.text})
    return {"messages": messages}


def _responses(agent: Agent) -> dict:
    given = [_said("user", agent.boilerplate), _said("user", agent.prompt)]
    for item in agent.items:
        made = {"id": f"msg_{agent.chance.random()}"}
        if item.kind == "text":
            given.append({**made, **_said(item.author, item.text)})
        elif item.kind == "tool_call":
            call = {"type": "function_call", "call_id": item.call_id, "name": item.name}
            given.append({**made, **call, "arguments": item.arguments})
        elif item.kind == "tool_result":
            result = {"type": "function_call_output", "call_id": item.call_id, "output": item.text}
            given.append({**made, **result})
    return {"input": given, "instructions": agent.boilerplate}


def _said(role: str, text: str) -> dict:
    form = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": form, "text": text}]}


def _messages(agent: Agent) -> dict:
    first = [{"type": "text", "text": text} for text in (agent.boilerplate, agent.prompt)]
    messages: list[dict] = [{"role": "user", "content": first}]
    for item in agent.items:
        if item.kind == "text":
            block = {"type": "text", "text": item.text}
        elif item.kind == "tool_call":
            arguments = json.loads(item.arguments)
            block = {"type": "tool_use", "id": item.call_id, "name": item.name, "input": arguments}
        else:
            block = {"type": "tool_result", "tool_use_id": item.call_id, "content": item.text}
        role = item.author if item.kind == "text" else "assistant" if item.kind == "tool_call" else "user"
        messages.append({"role": role, "content": [block]})
    last = messages[-1]["content"][-1]
    last["cache_control"] = {"type": "ephemeral"}
    return {"messages": messages, "max_tokens": 4096}


def says(text: str, *commands: str, lane: str = "a", turn: int = 1) -> Reply:
    """An answer of a model: some words, and calls of a shell."""
    calls = tuple(
        Item(
            kind="tool_call",
            author="assistant",
            name="bash",
            call_id=f"call_{lane}_{turn}_{number}",
            arguments=json.dumps({"command": command}, separators=(",", ":")),
        )
        for number, command in enumerate(commands)
    )
    texts = (Item(kind="text", author="assistant", text=text),) if text else ()
    usage = Usage(
        input_tokens=90 + turn,
        cache_read_tokens=10,
        cache_write_tokens=0,
        output_tokens=7,
        reasoning_tokens=0,
    )
    return Reply(items=(*texts, *calls), id=f"r_{lane}_{turn}", model="real-model-2", usage=usage)


def taken(agent: Agent, reply: Reply, body: bytes | None = None) -> Taken:
    """An exchange of an agent with a model that says so."""
    sent = agent.body() if body is None else body
    ask = agent.wire.read_ask(sent)
    if agent.stream:
        answer = b"".join(agent.wire.write_stream(reply, ask, "seed"))
    else:
        answer = agent.wire.write_reply(reply, ask, "seed")
    said = agent.read(answer)
    form = "text/event-stream" if agent.stream else "application/json"
    return Taken(ask=ask, body=sent, status=200, content_type=form, answer=answer, reply=said, whole=True)


def record(folder: Path, machine: Machine, *exchanges: Taken) -> Path:
    """A cassette with these exchanges."""
    with Recorder(folder, HEADER, machine.normaliser()) as recorder:
        for each in exchanges:
            recorder.keep(each)
    return folder


def player(folder: Path, machine: Machine = OTHER, *, strict: bool = False) -> Player:
    return Player(read_cassette(folder), machine.normaliser(), strict=strict)


def answered(player: Player, agent: Agent, body: bytes | None = None) -> Reply:
    """What is answered to the agent's next request, which is not a miss."""
    sent = agent.body() if body is None else body
    found = player.answer(agent.wire.read_ask(sent), sent)
    assert isinstance(found, Recorded), found.text
    return agent.read(found.body)
