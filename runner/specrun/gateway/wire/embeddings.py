"""OpenAI Embeddings: passed as they are, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from specrun.gateway.wire.counts import CHAT, read_openai
from specrun.gateway.wire.loose import decode, request

if TYPE_CHECKING:
    from specrun.gateway.usage import Usage


class _Embeddings(msgspec.Struct, gc=False):
    usage: Any = None


_EMBEDDINGS = msgspec.json.Decoder(_Embeddings)


def read_model(body: bytes) -> str:
    """The model that a request names. Raises WireError if it is no request."""
    model: str = request(body)["model"]
    return model


def read_usage(body: bytes) -> Usage | None:
    """The usage of an answer, which is all input. Raises WireError if it is no answer."""
    usage = read_openai(decode(body, _EMBEDDINGS).usage, CHAT)
    return usage and msgspec.structs.replace(usage, output_tokens=0, reasoning_tokens=0)
