"""Usage in Chat streams: providers send it only when asked, and clients that did not ask may not want it."""

from __future__ import annotations

from typing import Any

import msgspec

from specrun.gateway.wire.base import WireError
from specrun.gateway.wire.loose import decode, mapping
from specrun.gateway.wire.sse import Splitter, data_of

_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_OPTIONS = "stream_options"


def want_usage(body: bytes) -> tuple[bytes, bool]:
    """The body of a Chat request, asking for usage, and whether it had to be changed for that.

    Changed is `stream_options` alone; every other value keeps its bytes. A request that wants no stream
    stays as it is. Raises WireError for what is no JSON object.
    """
    said = decode(body, _RAW)
    options = mapping(decode(bytes(said.get(_OPTIONS, b"null")), _ANY))
    if bytes(said.get("stream", b"")).strip() != b"true" or options.get("include_usage") is True:
        return body, False
    said[_OPTIONS] = msgspec.Raw(msgspec.json.encode(options | {"include_usage": True}))
    return msgspec.json.encode(said), True


class UsageHider:
    """Takes the chunk that holds nothing but usage out of a Chat stream. All else passes byte for byte."""

    def __init__(self) -> None:
        self._splitter = Splitter()

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, and give those that may pass: events, once they are whole."""
        return b"".join(raw for raw in self._splitter.feed(data) if not _is_usage(raw))

    def finish(self) -> bytes:
        """What is left when there are no more bytes."""
        rest = self._splitter.rest
        return b"" if _is_usage(rest) else rest


def _is_usage(raw: bytes) -> bool:
    data = data_of(raw) if b'"usage"' in raw else None
    if data is None:
        return False
    try:
        chunk = mapping(decode(data, _ANY))
    except WireError:
        return False
    return chunk.get("choices") == [] and isinstance(chunk.get("usage"), dict)
