"""Requests in a cassette. Agents repeat everything in every request: what is long is stored once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.gateway.cassettes.model import INLINE, PART
from specrun.gateway.cassettes.places import placeholder
from specrun.spec.digest import canonical_json

if TYPE_CHECKING:
    from specrun.gateway.cassettes.blobs import Blobs
    from specrun.gateway.cassettes.model import Content

_MARK = placeholder("blob")
"""The only key of what stands in the place of a part."""
_CONVERSATIONS = ("messages", "input")
"""Fields whose value is not one part but a list of parts."""


def store_request(request: dict[str, Any], blobs: Blobs) -> Content:
    """Store a request; of a long one, the long fields and messages as blobs of their own."""
    most = PART if len(canonical_json(request)) > INLINE else INLINE
    return blobs.store_json({name: _stored(name, value, blobs, most) for name, value in request.items()})


def request_of(content: Content, blobs: Blobs) -> Any:
    """What was stored. Raises CassetteError."""
    request = blobs.json_of(content)
    if not isinstance(request, dict):
        return request
    return {name: _restored(name, value, blobs) for name, value in request.items()}


def parts_of(content: Content, blobs: Blobs) -> set[str]:
    """The names of the blobs of a request's parts. Raises CassetteError."""
    request = blobs.json_of(content)
    values = request.items() if isinstance(request, dict) else ()
    parts = (part for name, value in values for part in (value if _is_list(name, value) else [value]))
    return {part[_MARK] for part in parts if _is_mark(part)}


def _stored(name: str, value: Any, blobs: Blobs, most: int) -> Any:
    if _is_list(name, value):
        return [_part(each, blobs, most) for each in value]
    return _part(value, blobs, most)


def _part(value: Any, blobs: Blobs, most: int) -> Any:
    """A part, or its mark if it has more bytes. What looks like a mark goes into a blob, to be none."""
    if len(canonical_json(value)) > most or _is_mark(value):
        return {_MARK: blobs.write_json(value)}
    return value


def _restored(name: str, value: Any, blobs: Blobs) -> Any:
    if _is_list(name, value):
        return [blobs.read_json(each[_MARK]) if _is_mark(each) else each for each in value]
    return blobs.read_json(value[_MARK]) if _is_mark(value) else value


def _is_list(name: str, value: Any) -> bool:
    return name in _CONVERSATIONS and isinstance(value, list)


def _is_mark(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {_MARK}
