"""Reading JSON that anybody may have written: what is not as expected is nothing, and never a crash."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any, TypeVar

import msgspec

from specrun.gateway.wire.base import WireError

_T = TypeVar("_T")
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_SHAPE = "JSON of another shape"
_MOST = 2**53
"""No count of tokens is larger: numbers up to here are the same in every JSON library."""
_DEEPEST = 200
"""Levels of a request: fewer than any step of its way can take, among them keeping it."""
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""Brackets as signed bytes: one level down, or up again."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


def decode(data: bytes, decoder: msgspec.json.Decoder[_T]) -> _T:
    """JSON as the decoder's type. Halves of surrogate pairs, which JavaScript writes, become `?`.

    Raises WireError.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise WireError(_SHAPE) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return decoder.decode(_mended(data))
    except msgspec.ValidationError:
        raise WireError(_SHAPE) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise WireError("not JSON") from None


def _mended(data: bytes) -> bytes:
    value = json.loads(data.decode("utf-8-sig", "surrogatepass"))  # left alone, it guesses the encoding
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode(errors="replace")


def request(body: bytes) -> dict[str, Any]:
    """The body of a request. Raises WireError if it is no object, or names no model."""
    value = decode(body, _DECODER)
    if not isinstance(value, dict):
        raise WireError("the body is no JSON object")
    if not text(value.get("model")):
        raise WireError("the request names no model")
    return value


def check_depth(body: bytes) -> None:
    """Raises WireError for JSON that is nested too deeply to be kept, before anything is done with it."""
    if body.count(b"[") + body.count(b"{") <= _DEEPEST:
        return
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = b"".join(plain.split(b'"')[::2]).translate(_STEPS, _NO_BRACKETS)
    if max(accumulate(memoryview(brackets).cast("b")), default=0) > _DEEPEST:
        raise WireError(f"nested deeper than {_DEEPEST} levels")


def mapping(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """The value if it is text."""
    return value if isinstance(value, str) else None


def count(value: object) -> int | None:
    """The value if it is a number that can count something."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MOST else None


def as_json(value: object) -> str:
    """JSON of something that was read from JSON. Raises WireError for what is nested too deeply to write."""
    try:
        return msgspec.json.encode(value).decode()
    except RecursionError:
        raise WireError("nested too deeply") from None


def failure(error: object) -> str:
    """What an error object of any provider says, in one line."""
    said = mapping(error)
    message = (
        text(said.get("message")) or text(error) or text(said.get("type")) or "an error without a message"
    )
    return " ".join(message.split())


def raw_object(written: str) -> msgspec.Raw:
    """Text that is a JSON object, to be written as it stands. Raises WireError for other text."""
    if not isinstance(decode(written.encode(errors="replace"), _DECODER), dict):
        raise WireError(_SHAPE)
    return msgspec.Raw(written.encode())
