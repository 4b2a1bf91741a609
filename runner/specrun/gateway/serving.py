"""A question and its answer: the way from a client to a model and back."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDict

from specrun.gateway.budget import BudgetError
from specrun.gateway.entry import Entry
from specrun.gateway.relay import Outcome, Relay
from specrun.gateway.tape import Miss, Replay
from specrun.gateway.upstream import UpstreamError
from specrun.gateway.wire.errors import error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from specrun.gateway.lane import Halt, HaltReason, Lane
    from specrun.gateway.question import Question
    from specrun.gateway.upstream import Answer, Call, Upstream
    from specrun.gateway.wire.base import ProtocolName
    from specrun.gateway.wire.errors import ErrorAnswer, ErrorKind

_KINDS: dict[HaltReason, ErrorKind] = {
    "budget_exceeded": "budget",
    "cassette_miss": "miss",
    "infra_error": "defect",
}


def sent(answer: ErrorAnswer) -> web.Response:
    """An error of the gateway's own."""
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


async def serve(lane: Lane, request: web.BaseRequest, question: Question) -> web.StreamResponse:
    """Answer a question. Raises ConnectionError when the client cannot be told the rest of an answer."""
    await lane.room()
    if lane.halt is not None:
        return sent(_refusal(lane.halt, question))
    with Entry(lane, question) as entry:
        try:
            await entry.hold()
        except BudgetError as spent:
            if lane.halt is None:
                lane.stop("budget_exceeded", str(spent), spent.purse)
                entry.refuse(error(_protocol(question), "budget", str(spent)).status, str(spent))
        if lane.halt is not None:
            entry.forget()
            return sent(_refusal(lane.halt, question))
        source = _source(lane, question)
        if isinstance(source, Miss):
            lane.stop("cassette_miss", source.text)
            refusal = error(_protocol(question), "miss", source.text)
            entry.miss(refusal.status, source.text)
            return sent(refusal)
        call = question.call(f"{lane.settings.name}/{entry.number}")
        return await _relayed(request, question, entry, source.send(call))


def _refusal(halt: Halt, question: Question) -> ErrorAnswer:
    """What is said to all that is asked after a lane has halted."""
    return error(_protocol(question), _KINDS[halt.reason], halt.text)


def _protocol(question: Question) -> ProtocolName:
    return question.ask.protocol if question.ask else "chat"


def _source(lane: Lane, question: Question) -> Upstream | Miss:
    """Where the answer comes from."""
    tape = lane.tape
    if tape and question.ask is None:
        return _Nowhere("cassettes hold conversations, and no embeddings")
    found = tape.answer(question.told, question.body) if tape and question.told else None
    if isinstance(found, Miss):
        return found
    if found:
        return Replay(found)
    protocol = _protocol(question)
    return lane.settings.upstreams.get(protocol) or _Nowhere(f"no provider speaks the {protocol} protocol")


class _Nowhere:
    """An upstream for what there is none for."""

    def __init__(self, why: str) -> None:
        self._why = why

    @asynccontextmanager
    async def send(self, call: Call) -> AsyncIterator[Answer]:  # noqa: ARG002  # every upstream is asked so
        raise UpstreamError(self._why, sent=False, status=404)
        yield


async def _relayed(
    request: web.BaseRequest,
    question: Question,
    entry: Entry,
    asking: AbstractAsyncContextManager[Answer],
) -> web.StreamResponse:
    """Ask, and pass the answer on as it comes in. It is in the books before the client hears its end."""
    try:
        async with asking as answer:
            entry.relay = relay = Relay(question, answer)
            response = web.StreamResponse(status=answer.status, headers=CIMultiDict(answer.headers))
            await response.prepare(request)
            async with aclosing(answer.content) as chunks:
                async for chunk in chunks:
                    if passing := relay.feed(chunk):
                        await response.write(passing)
            if rest := relay.finish():
                await response.write(rest)
            entry.close(relay.outcome())
            return response
    except UpstreamError as failure:
        if entry.relay:
            entry.close(entry.relay.outcome(str(failure)))
            raise ConnectionResetError(str(failure)) from None  # the client sees that something is missing
        entry.close(Outcome(status=failure.status, worked=failure.sent, notes=(str(failure),)))
        return sent(error(_protocol(question), "upstream", str(failure), failure.status))
