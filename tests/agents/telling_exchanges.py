"""Exchanges that were never on a wire, for what no wire does on demand."""

from __future__ import annotations

from cassette_world import Machine

from specrun.agents.telling import Telling
from specrun.gateway.meter import Exchange
from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Ask, Item, Reply

USAGE = Usage(
    input_tokens=100, cache_read_tokens=50, cache_write_tokens=7, output_tokens=20, reasoning_tokens=5
)


def telling(*exchanges: Exchange) -> Telling:
    """Make a telling that has heard of these, in a machine's normal form."""
    heard = Telling(Machine().normaliser())
    for each in exchanges:
        heard.add(each)
    return heard


def user(text: str) -> Item:
    return Item(kind="text", author="user", text=text)


HI = user("hi")


def words(text: str) -> Item:
    return Item(kind="text", author="assistant", text=text)


def call(name: str = "bash", call_id: str | None = "c1", arguments: str = '{"command":"ls"}') -> Item:
    return Item(kind="tool_call", author="assistant", name=name, call_id=call_id, arguments=arguments)


def result(text: str, call_id: str | None = "c1", name: str | None = None) -> Item:
    return Item(kind="tool_result", author="tool", text=text, call_id=call_id, name=name)


def exchange(asked: tuple[Item, ...] = (), *said: Item, **more) -> Exchange:
    """Make an answered request of the stage `fix`; `more` are fields of it, `previous` and `reply_id`."""
    previous, reply_id = more.pop("previous", None), more.pop("reply_id", None)
    fields = {
        "lane": "trial",
        "number": 1,
        "stage": "fix",
        "protocol": "chat",
        "asked_model": "m",
        "model": "m",
        "ending": "answered",
        "status": 200,
        "retry": False,
        "recorded": None,
        "usage": USAGE,
        "cost": None,
        "ask": Ask(protocol="chat", model="m", items=asked, previous_id=previous),
        "reply": Reply(items=said, id=reply_id),
    }
    return Exchange(**{**fields, **more})
