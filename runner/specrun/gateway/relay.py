"""An answer on its way to the client: read as it passes, and changed in nothing but what the client did not
ask for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.upstream import SSE, Answer, Origin, UpstreamError
from specrun.gateway.usage import Usage
from specrun.gateway.wire import embeddings
from specrun.gateway.wire.base import Reply, WireError
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.stream_usage import UsageHider

if TYPE_CHECKING:
    from specrun.gateway.question import Question

ANSWER_LIMIT = 256 * 1024 * 1024
"""Bytes of an answer. One that is longer is cut."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request that was sent."""

    status: int
    content_type: str = ""
    answered: bool = False
    """Whether it succeeded, and came to its end."""
    worked: bool = True
    """Whether a model may have worked on it."""
    origin: Origin | None = None
    """As in `Answer`."""
    body: bytes = b""
    reply: Reply | None = None
    usage: Usage | None = None
    """As the provider gave it."""
    notes: tuple[str, ...] = ()


class Relay:
    """Takes the answer to one question."""

    def __init__(self, question: Question, answer: Answer) -> None:
        self._question = question
        self._answer = answer
        self._streamed = answer.content_type == SSE
        self._good = 200 <= answer.status < 300
        self._hider = UsageHider() if question.hides_usage and self._streamed else None
        self._hiding = False
        self._chunks: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes, and give those that may pass now. Raises UpstreamError for too many."""
        self._size += len(chunk)
        if self._size > ANSWER_LIMIT:
            raise UpstreamError("the answer is too long", sent=True)
        self._chunks.append(chunk)
        if self._hider is None or not (self._hiding or self._may_hide(chunk)):
            return chunk
        self._hiding = True
        return self._hider.feed(chunk)

    @staticmethod
    def _may_hide(chunk: bytes) -> bool:
        """Whether there may be usage in it, or in what it begins: rarely, and looking closer is dear."""
        return b'"usage"' in chunk or not chunk.endswith(b"\n\n")

    def finish(self) -> bytes:
        """What may still pass when there are no more bytes."""
        return self._hider.finish() if self._hider else b""

    def outcome(self, cut: str | None = None, *, left: bool = False) -> Outcome:
        """What came of it; `cut` says why it did not come to its end. To be called once.

        Who `left` when everything had been said has been answered: many clients close at the last event.
        """
        body = b"".join(self._chunks)
        reply, usage, note = self._read(body)
        notes = tuple(filter(None, (cut, note)))
        readable = note is None and (reply is None or (reply.whole and reply.failure is None))
        return Outcome(
            status=self._answer.status,
            content_type=self._answer.content_type,
            answered=self._good and readable and (cut is None or (left and reply is not None)),
            worked=self._good,
            origin=self._answer.origin,
            body=body,
            reply=reply,
            usage=usage,
            notes=notes + (_notes(reply) if reply else ()),
        )

    def _read(self, body: bytes) -> tuple[Reply | None, Usage | None, str | None]:
        """The reply, its usage, and why it cannot be read."""
        ask = self._question.ask
        if not self._good:
            return None, None, None
        try:
            if ask is None:
                return None, embeddings.read_usage(body), None
            if self._streamed:
                reader = WIRES[ask.protocol].reader()
                reader.feed(body)
                reply = reader.finish()
            else:
                reply = WIRES[ask.protocol].read_reply(body)
        except WireError as error:
            return None, None, f"the answer cannot be read: {error}"
        return reply, reply.usage, None


def _notes(reply: Reply) -> tuple[str, ...]:
    failure = () if reply.failure is None else (f"the provider failed: {reply.failure}",)
    return reply.notes + failure
