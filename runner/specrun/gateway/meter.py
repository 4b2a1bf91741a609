"""What was asked and answered, request by request, and the sums of it by stage and model."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, get_args

import msgspec

from specrun.gateway.upstream import ModelRoute
from specrun.gateway.usage import Totals, Usage, totals
from specrun.gateway.wire.base import Ask, Item, Reply

Ending = Literal["answered", "failed", "refused", "missed"]
"""A whole answer; none or a part of one; a limit forbade to send it; no recording has it."""

ENDINGS: tuple[Ending, ...] = get_args(Ending)


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a lane, when it is over."""

    lane: str
    number: int
    """From 1, in the order in which the lane's requests came in."""
    stage: str
    """What the trial was doing when the request came in."""
    protocol: ModelRoute
    asked_model: str
    """As the client named it."""
    model: str
    """As it was sent."""
    ending: Ending
    status: int
    """Of the answer that the client was given."""
    retry: bool
    """Whether the same request had failed just before."""
    recorded: int | None
    """Where the answer is among the exchanges of the cassette, from 0. None: it is not from there."""
    worked: bool = True
    """Whether a model may have worked on it."""
    usage: Usage | None
    """None: no model has worked. Of a failed request, what is known."""
    cost: Decimal | None
    """None: unknown."""
    ask: Ask | None
    """None for embeddings."""
    reply: Reply | None
    """As far as it could be read."""
    drift: tuple[str, ...] = ()
    """How a request that was replayed differs from the recorded one, in lines for people."""
    answered_ask: Ask | None = None
    """The recorded request, in its normal form, if a replayed one differs: the model has seen that."""
    notes: tuple[str, ...] = ()

    @property
    def replayed(self) -> bool:
        """Whether a cassette gave the answer."""
        return self.recorded is not None

    @property
    def tool_calls(self) -> tuple[Item, ...]:
        """What the model wants to be done."""
        items = self.reply.items if self.reply else ()
        return tuple(item for item in items if item.kind == "tool_call")


class Tally:
    """Sums over exchanges. What failed is counted apart, and its tokens too."""

    def __init__(self) -> None:
        self.counts: dict[Ending, int] = dict.fromkeys(ENDINGS, 0)
        self.retries = 0
        self.unfinished = 0
        """Failed requests on which a model may have worked: nobody knows how much."""
        self.estimated = 0
        """Answers of which the provider gave no usage."""
        self._answered = Totals()
        self._failed = Totals()
        self._cost = Decimal()
        self._priced = True

    @property
    def usage(self) -> Totals:
        """Of the requests that were answered."""
        return self._answered

    @property
    def wasted(self) -> Totals:
        """Of the requests that failed: as far as it is known, what the provider may bill all the same."""
        return self._failed

    @property
    def cost(self) -> Decimal | None:
        """Of the requests that were answered. None if that of one is unknown, or there are none."""
        return self._cost if self._priced and self.counts["answered"] else None

    def add(self, exchange: Exchange) -> None:
        """Count one more."""
        self.counts[exchange.ending] += 1
        self.retries += exchange.retry
        self.unfinished += exchange.ending == "failed" and exchange.worked
        if exchange.ending == "answered":
            self.estimated += exchange.usage is not None and exchange.usage.estimated
            self._answered = _more(self._answered, exchange.usage)
            self._priced = self._priced and exchange.cost is not None
            self._cost += exchange.cost or 0
        else:
            self._failed = _more(self._failed, exchange.usage)


def _more(sums: Totals, usage: Usage | None) -> Totals:
    return totals(part for part in (sums.measured, sums.estimated, usage) if part is not None)


class Meter:
    """The sums of a lane."""

    def __init__(self) -> None:
        self.tallies: dict[tuple[str, str], Tally] = {}
        """By stage and model, in the order in which they came up."""

    def add(self, exchange: Exchange) -> None:
        """Count one more."""
        self.tallies.setdefault((exchange.stage, exchange.model), Tally()).add(exchange)
