"""The trajectory of a trial, from its exchanges."""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import takewhile
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.telling.conversations import Conversations
from specrun.agents.trajectory import ToolUse, Trajectory, Turn
from specrun.events.excerpt import excerpt
from specrun.gateway.budget import whole_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.meter import Exchange
    from specrun.gateway.wire.base import Ask, Item, Reply

KEPT = 16 * 1024
"""Characters of a text that a trajectory keeps: its beginning and its end."""
MOST_HEARD = 50
"""Texts of the user that a turn keeps: the last ones."""


class _Told:
    """A turn, as far as it is known. What its tools gave back comes with a later request."""

    def __init__(self, place: tuple[int, int], before: int | None, turn: Turn, reply: Reply) -> None:
        self.place = place
        self.before = before
        self.turn = turn
        self.calls = [_Call(item) for item in _calls(reply.items)]


class _Call:
    def __init__(self, item: Item) -> None:
        self.call_id = item.call_id
        self.name = item.name
        self.result: str | None = None


class Telling:
    """Listens to a lane: takes its exchanges in the order in which they end, and keeps what they add.

    Where and when they are replayed makes no difference to the trajectory.
    """

    def __init__(self, normaliser: Normaliser) -> None:
        self.failure = ""
        """How the last request failed that did, as `failed: 500`, with what is known of it."""
        self.drifted = 0
        """How many replayed requests differ from the recorded ones."""
        self._normaliser = normaliser
        self._conversations = Conversations(normaliser)
        self._told: list[_Told] = []

    def add(self, exchange: Exchange) -> None:
        """Hear of one more. Only answers of models are turns, and of a replay what the model had seen."""
        ask, reply = exchange.answered_ask or exchange.ask, exchange.reply
        self.drifted += bool(exchange.drift)
        if exchange.ending != "answered":
            self.failure = self.ended(exchange)
        elif ask is not None and reply is not None:
            self._add(exchange, ask, reply)

    def _add(self, exchange: Exchange, ask: Ask, reply: Reply) -> None:
        number = len(self._told)
        before = self._conversations.before(ask)
        if before is not None:
            self._hear_results(self._told[before].calls, ask.items)
        place = (0, exchange.recorded) if exchange.recorded is not None else (1, number)
        self._told.append(_Told(place, before, self._turn(exchange, ask, reply), reply))
        self._conversations.add(ask, reply, number)

    def _turn(self, exchange: Exchange, ask: Ask, reply: Reply) -> Turn:
        """The turn without the results of its calls and the number of its conversation."""
        usage = exchange.usage if exchange.usage and not exchange.usage.estimated else None
        return Turn(
            stage=exchange.stage,
            conversation=0,
            model=self._normaliser.redactor.text(exchange.model),
            heard=tuple(self.text(text) for text in _heard(ask.items)[-MOST_HEARD:]),
            says=self.said(reply),
            calls=tuple(
                ToolUse(tool=self.text(item.name or ""), arguments=self.text(item.arguments or ""))
                for item in _calls(reply.items)
            ),
            input_tokens=whole_prompt(usage) if usage else None,
            output_tokens=usage.output_tokens if usage else None,
        )

    def _hear_results(self, calls: Sequence[_Call], items: Sequence[Item]) -> None:
        """Find in a request what the calls of the turn before it gave back. The first word counts."""
        given: dict[str | None, deque[str]] = defaultdict(deque)
        for item in _since(items, len(calls)):
            if item.kind == "tool_result":
                given[item.call_id or item.name].append(item.text)
        for call in calls:
            found = given[call.call_id] or given[call.name]
            if found and call.result is None:
                call.result = self.text(found.popleft())

    def trajectory(self) -> Trajectory:
        """What was told so far, in the order in which it was recorded or, if it was not yet, answered."""
        conversations: dict[int, int] = {}
        begun = 0
        turns = []
        for number, told in sorted(enumerate(self._told), key=lambda pair: pair[1].place):
            conversation = conversations.get(number if told.before is None else told.before)
            if conversation is None:
                conversation = begun = begun + 1
            conversations[number] = conversation
            turns.append(_finished(told, conversation))
        return Trajectory(turns=tuple(turns))

    def text(self, text: str) -> str:
        """The normal form of a text, cut where it is long."""
        return excerpt(self._normaliser.text(text), KEPT)

    def size(self, text: str) -> int:
        """The bytes of a text in normal form, all of it."""
        return len(self._normaliser.text(text).encode(errors="replace"))

    def value(self, value: object) -> object:
        """The normal form of a JSON value."""
        return self._normaliser.value(value)

    def said(self, reply: Reply) -> str:
        """The words of an answer, in normal form. Reasoning is not among them."""
        return self.text("\n".join(item.text for item in reply.items if item.kind == "text"))

    def ended(self, exchange: Exchange) -> str:
        """How a request ended that was not answered, as `failed: 500`, with what is known of it."""
        return ": ".join((exchange.ending, str(exchange.status), *map(self.text, exchange.notes)))


def _calls(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.kind == "tool_call"]


def _heard(items: Sequence[Item]) -> list[str]:
    """What the user said since the model's last item, in order."""
    since = list(takewhile(lambda item: item.author != "assistant", reversed(items)))
    return [item.text for item in reversed(since) if _says_something(item)]


def _says_something(item: Item) -> bool:
    return item.author == "user" and item.kind == "text" and bool(item.text.strip())


def _since(items: Sequence[Item], calls: int) -> Sequence[Item]:
    """The items from the last so many tool calls on; all of them where the provider keeps the calls."""
    made = [place for place, item in enumerate(items) if item.kind == "tool_call"]
    return items[made[-calls] :] if 0 < calls <= len(made) else items


def _finished(told: _Told, conversation: int) -> Turn:
    calls = zip(told.turn.calls, told.calls, strict=True)
    uses = tuple(msgspec.structs.replace(use, result=call.result) for use, call in calls)
    return msgspec.structs.replace(told.turn, conversation=conversation, calls=uses)
