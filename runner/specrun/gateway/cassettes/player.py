"""Replaying: requests are answered from a cassette, in whatever order they come."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.cassettes.differences import alike, chain_differences, differences
from specrun.gateway.cassettes.exchanges import asked
from specrun.gateway.cassettes.model import FILE, CassetteError
from specrun.gateway.cassettes.rules import VERSION
from specrun.gateway.tape import Miss, Recorded
from specrun.gateway.upstream import SSE, Origin
from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.registry import WIRES
from specrun.spec.digest import canonical_json

if TYPE_CHECKING:
    from specrun.gateway.cassettes.exchanges import Asked
    from specrun.gateway.cassettes.model import Exchange
    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.cassettes.reading import Cassette
    from specrun.gateway.tape import Taken
    from specrun.gateway.wire.base import Ask


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was answered."""

    exchange: int
    """The number of the exchange, from 1."""
    drift: tuple[str, ...]
    """How the request differs from the recorded one, in lines for people; empty if it does not."""
    repeated: bool
    """Whether the same bytes had been answered before, with the same exchange: a retry."""


class Player:
    """Answers from one cassette, for one trial. A `Tape`. Not for several threads.

    A request is found by its key. The same bytes again get the same answer, unless they were answered more
    than once when they were recorded; other bytes with the same key get the next answer, and when there is
    none, the last one again. Of several answers those count whose request was most like this one.
    """

    def __init__(self, cassette: Cassette, normaliser: Normaliser, *, strict: bool = False) -> None:
        """With `strict`, a request that differs in anything but noise is a miss.

        Raises CassetteError if the keys were made by other rules.
        """
        made_by = cassette.header.normaliser
        if made_by != VERSION:
            raise CassetteError(
                f"{cassette.folder / FILE}: its keys were made by version {made_by} of the rules, this "
                f"is {VERSION}; `specrun cassette redact` brings it up to date"
            )
        self._cassette = cassette
        self._normaliser = normaliser
        self._strict = strict
        self._exchanges = cassette.exchanges
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for number, exchange in enumerate(self._exchanges):
            self._by_key[exchange.key].append(number)
        self._given: dict[str, int] = {}
        self._used: set[int] = set()
        self.turns: list[Turn] = []
        """What was answered, in the order of the requests."""

    @property
    def used(self) -> frozenset[int]:
        """The numbers, from 1, of the exchanges that were needed."""
        return frozenset(number + 1 for number in self._used)

    def answer(self, ask: Ask, body: bytes) -> Recorded | Miss:
        """The recorded answer, with this trial's folders in it. A damaged cassette is a miss that says so."""
        try:
            return self._answer(ask, asked(ask, body, self._normaliser))
        except (WireError, CassetteError) as error:
            return Miss(f"the recorded answer cannot be told: {error}")

    def _answer(self, ask: Ask, now: Asked) -> Recorded | Miss:
        candidates = self._by_key.get(now.key)
        if not candidates:
            return Miss(self._explain(now))
        before = self._given.get(now.sent)
        number = self._choose(now, candidates, before)
        exchange = self._exchanges[number]
        drift = self._drift(exchange, now)
        if self._strict and drift:
            return Miss("\n".join((f"exchange {number + 1} has this key, but differs", *drift)))
        recorded_ask = self._ask(exchange) if drift else None
        origin = Origin(place=number, characters=now.characters, drift=drift, ask=recorded_ask)
        recorded = self._render(number, ask, origin)
        self._given[now.sent] = number
        self._used.add(number)
        self.turns.append(Turn(exchange=number + 1, drift=drift, repeated=before == number))
        return recorded

    def keep(self, taken: Taken) -> None:
        """Nothing is recorded: nobody but this answers."""

    def sync(self) -> None:
        """Nothing was recorded."""

    def _choose(self, now: Asked, candidates: list[int], before: int | None) -> int:
        """The exchange to answer with."""
        if before is not None:
            more = (
                number for number in candidates if number not in self._used and self._again(number, before)
            )
            return next(more, before)
        likeness = {number: _likeness(self._exchanges[number], now) for number in candidates}
        best = [number for number in candidates if likeness[number] == max(likeness.values())]
        fresh = [number for number in best if number not in self._used]
        first = [number for number in fresh if not self._exchanges[number].again]
        return (first or fresh or best[-1:])[0]

    def _again(self, number: int, before: int) -> bool:
        """Whether an exchange answers the request of an earlier one once more."""
        exchange, first = self._exchanges[number], self._exchanges[before]
        return exchange.again and exchange.request_sha256 == first.request_sha256

    def _drift(self, exchange: Exchange, now: Asked) -> tuple[str, ...]:
        if exchange.request_sha256 == now.request_sha256:
            return ()
        return differences(now.protocol, self._cassette.request(exchange), now.request)

    def _ask(self, exchange: Exchange) -> Ask:
        """The recorded request. Raises WireError."""
        return WIRES[exchange.protocol].read_ask(canonical_json(self._cassette.request(exchange)))

    def _render(self, number: int, ask: Ask, origin: Origin) -> Recorded:
        """The answer in the form that is asked for: as it came, or written anew from what it says."""
        exchange = self._exchanges[number]
        if exchange.stream == ask.stream:
            content_type, body = exchange.content_type, self._cassette.body(exchange)
        else:
            reply, wire = self._cassette.reply(exchange), WIRES[exchange.protocol]
            if ask.stream:
                content_type, body = SSE, b"".join(wire.write_stream(reply, ask, exchange.key))
            else:
                content_type, body = "application/json", wire.write_reply(reply, ask, exchange.key)
        body = self._normaliser.redactor.places.put_in(body)
        return Recorded(status=exchange.status, content_type=content_type, body=body, origin=origin)

    def _explain(self, now: Asked) -> str:
        """Why there is no answer, and how the nearest request that has one differs."""
        head = f"no answer is recorded for this request ({now.protocol}, {now.model})"
        same = [
            number for number, exchange in enumerate(self._exchanges) if exchange.protocol == now.protocol
        ]
        if not same:
            return f"{head}\nthe cassette has no exchange of this protocol"
        number = max(same, key=lambda each: (_nearness(self._exchanges[each], now), -each))
        near = self._exchanges[number]
        same_items = alike(near.chain, now.chain)
        found = f"nearest: exchange {number + 1} of {len(self._exchanges)}"
        first = "the same first prompt" if near.root == now.root else "another first prompt"
        agree = f"{same_items} of {len(now.chain)} items of the model agree"
        lines = (
            *chain_differences(near.chain, now.chain),
            *differences(now.protocol, self._cassette.request(near), now.request),
        )
        return "\n".join((head, f"{found}, {first}, {agree}", *lines))


def _likeness(exchange: Exchange, now: Asked) -> tuple[bool, ...]:
    """How much a recorded request is like one with the same key."""
    return (
        exchange.request_sha256 == now.request_sha256,
        exchange.last == now.last,
        exchange.model == now.model,
        exchange.tools == now.tools,
    )


def _nearness(exchange: Exchange, now: Asked) -> tuple[int, ...]:
    """How near a recorded request is to one with another key."""
    return (
        exchange.root == now.root,
        alike(exchange.chain, now.chain),
        -abs(len(exchange.chain) - len(now.chain)),
        exchange.model == now.model,
        exchange.tools == now.tools,
    )
