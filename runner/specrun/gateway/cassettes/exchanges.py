"""Making an exchange: a request and its answer, without what must not be stored."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.cassettes.answers import redacted_body, redacted_stream
from specrun.gateway.cassettes.keys import key_of, last_said
from specrun.gateway.cassettes.model import Exchange
from specrun.gateway.cassettes.normaliser import STREAM
from specrun.gateway.cassettes.parts import store_request
from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.loose import request
from specrun.gateway.wire.registry import WIRES
from specrun.spec.digest import canonical_json, digest

if TYPE_CHECKING:
    from specrun.gateway.cassettes.blobs import Blobs
    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.wire.base import Ask, ProtocolName, Reply


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request, as far as it matters for what it is found by, and what is to be told of it."""

    protocol: ProtocolName
    key: str
    root: str
    chain: tuple[str, ...]
    last: str
    model: str
    tools: str
    request: dict[str, Any]
    """In its normal form."""
    request_sha256: str
    characters: int
    """Of the normal form, as canonical JSON."""
    sent: str
    """SHA-256 of what was sent, but for how the answer is to come: equal for a retry."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with status 2xx."""

    status: int
    content_type: str
    stream: bool
    body: bytes
    reply: Reply | None = None
    """What the body says, where that is known. None: it is to be read."""


def asked(ask: Ask, body: bytes, normaliser: Normaliser) -> Asked:
    """What there is to know of a request. Raises WireError."""
    key = key_of(ask, normaliser)
    said = request(body)
    normal = normaliser.request(ask.protocol, said)
    written = canonical_json(normal)
    return Asked(
        protocol=ask.protocol,
        key=key.digest,
        root=key.root,
        chain=key.chain,
        last=last_said(ask, normaliser),
        model=ask.model,
        tools=digest(ask.tools),
        request=normal,
        request_sha256=sha256(written).hexdigest(),
        characters=len(written.decode()),
        sent=digest({name: value for name, value in said.items() if name not in STREAM}),
    )


def read_answer(protocol: ProtocolName, body: bytes, *, stream: bool) -> Reply:
    """What an answer says. Raises WireError if that is not all that it was to say."""
    wire = WIRES[protocol]
    if not stream:
        return wire.read_reply(body)
    reader = wire.reader()
    reader.feed(body)
    reply = reader.finish()
    if reply.failure is not None:
        raise WireError(f"the answer failed: {reply.failure}")
    if not reply.whole:
        raise WireError("the stream ends before the answer does")
    return reply


def exchange(
    asked: Asked, answered: Answered, blobs: Blobs, normaliser: Normaliser, *, again: bool
) -> Exchange:
    """The exchange, with its blobs stored. Raises OSError, and WireError for an unreadable answer."""
    redact = redacted_stream if answered.stream else redacted_body
    try:
        body = redact(answered.body, normaliser.redactor)
    except RecursionError:
        raise WireError("nested too deeply") from None
    reply = answered.reply if body is answered.body else None
    if reply is None:
        reply = read_answer(asked.protocol, body, stream=answered.stream)
    return Exchange(
        key=asked.key,
        protocol=asked.protocol,
        model=normaliser.redactor.text(asked.model),
        tools=asked.tools,
        root=asked.root,
        chain=asked.chain,
        last=asked.last,
        again=again,
        request_sha256=asked.request_sha256,
        request=store_request(asked.request, blobs),
        status=answered.status,
        content_type=answered.content_type,
        stream=answered.stream,
        body=blobs.store_bytes(body),
        reply=blobs.store_json(reply),
    )
