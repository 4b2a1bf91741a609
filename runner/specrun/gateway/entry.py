"""The books of a request: what is held for it before it is sent, and what is written down when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from specrun.gateway.budget import Amounts, hold, most, unworked, used
from specrun.gateway.meter import Exchange
from specrun.gateway.prices import cost
from specrun.gateway.relay import Outcome, Relay
from specrun.gateway.tape import Taken
from specrun.gateway.usage import Usage, estimated

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from specrun.gateway.lane import Lane
    from specrun.gateway.meter import Ending
    from specrun.gateway.question import Question

_LEFT = 499
"""The status of what nobody waited for."""
CLIENT_LEFT = "the client left"
"""Among the notes of a request whose answer nobody waited for to its end."""


class Entry:
    """Opened when a request comes in; closed once, by one of `refuse`, `miss` and `close`.

    A context manager: if its block is left before, then because the client went away.
    """

    def __init__(self, lane: Lane, question: Question) -> None:
        self.number = lane.next_number()
        self._lane = lane
        self._question = question
        self._stage = lane.stage
        self._retry = lane.has_failed(question.digest)
        self._held: Amounts | None = None
        self._open = True
        self.relay: Relay | None = None
        """What is reading the answer, once there is one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._open:
            return
        if self.relay:
            self.close(self.relay.outcome(CLIENT_LEFT, left=True))
        else:
            self.close(Outcome(status=_LEFT, worked=self._held is not None, notes=(CLIENT_LEFT,)))

    async def hold(self) -> None:
        """Hold the most that the request can use. Raises BudgetError if that could pass a limit."""
        prices, question = self._lane.settings.prices, self._question
        price = prices.price(question.model) if prices else None
        wanted = most(self._lane.forecast.prompt(question.characters), question.most_output, price)
        await hold(self._lane.purses, wanted)
        self._held = wanted

    def refuse(self, status: int, note: str) -> None:
        """It is not sent."""
        self._settle(lambda held: unworked(held, requests=0))
        self._write("refused", status, notes=(note,))

    def forget(self) -> None:
        """It is not sent, because the lane has halted meanwhile: what is asked then is not in the books."""
        self._settle(lambda held: unworked(held, requests=0))
        self._open = False

    def miss(self, status: int, note: str) -> None:
        """No recording has it."""
        self._settle(lambda held: unworked(held, requests=0))
        self._write("missed", status, notes=(note,))

    def close(self, outcome: Outcome) -> None:
        """It was sent."""
        question, lane = self._question, self._lane
        usage = outcome.usage
        if usage is None and outcome.answered:
            asked = outcome.origin.characters if outcome.origin else question.characters
            usage = estimated(asked, outcome.reply.characters if outcome.reply else 0)
        if usage is not None:
            lane.forecast.learn(question.characters, usage)
        price = self._cost(usage)
        if outcome.worked:
            self._settle(lambda held: used(usage or Usage(), price, held))
        else:
            self._settle(lambda held: unworked(held, requests=1))
        self._write("answered" if outcome.answered else "failed", outcome.status, outcome, usage, price)

    def _cost(self, usage: Usage | None) -> Decimal | None:
        prices = self._lane.settings.prices
        return cost(usage, self._question.model, prices) if usage and prices else None

    def _settle(self, spent: Callable[[Amounts], Amounts]) -> None:
        if self._held is None:
            return
        for purse in self._lane.purses:
            purse.settle(self._held, spent(self._held))
        self._held = None

    def _write(
        self,
        ending: Ending,
        status: int,
        outcome: Outcome | None = None,
        usage: Usage | None = None,
        price: Decimal | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._open = False
        question, origin = self._question, outcome.origin if outcome else None
        exchange = Exchange(
            lane=self._lane.settings.name,
            number=self.number,
            stage=self._stage,
            protocol=question.route,
            asked_model=question.asked_model,
            model=question.model,
            ending=ending,
            status=status,
            retry=self._retry,
            recorded=origin.place if origin else None,
            drift=origin.drift if origin else (),
            answered_ask=origin.ask if origin else None,
            worked=outcome is not None and outcome.worked,
            usage=usage,
            cost=price,
            ask=question.ask,
            reply=outcome.reply if outcome else None,
            notes=outcome.notes if outcome else notes,
        )
        self._lane.book(exchange, question.digest, self._taken(outcome))

    def _taken(self, outcome: Outcome | None) -> Taken | None:
        ask = self._question.ask
        if ask is None or outcome is None or outcome.origin is not None:
            return None
        return Taken(
            ask=ask,
            body=self._question.body,
            status=outcome.status,
            content_type=outcome.content_type,
            answer=outcome.body,
            reply=outcome.reply,
            whole=outcome.answered,
            notes=outcome.notes,
        )
