"""Records as forms: JSON in which only numbers are still to be filled in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from specrun.context.payloads.form import Form, compiled, literal
from specrun.spec.placeholders import Placeholder, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from specrun.spec.document import DataPath


def json_form(value: Any, texts: Mapping[str, str]) -> Form:
    """Compact JSON of plain data, keys in their order. A text that is one bare number becomes a number."""
    if isinstance(value, dict):
        fields = (literal(_compact(key) + ":") + json_form(item, texts) for key, item in value.items())
        return _listed(b"{", fields, b"}")
    if isinstance(value, list):
        return _listed(b"[", (json_form(item, texts) for item in value), b"]")
    if not isinstance(value, str):
        return literal(_compact(value))
    form = compiled(value, texts, _escaped)
    return form if _is_bare_number(value, texts) else literal('"') + form + literal('"')


def templates(value: Any, path: DataPath) -> Iterator[tuple[DataPath, str]]:
    """Every text in plain data that may have placeholders, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from templates(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from templates(item, (*path, index))


def _listed(start: bytes, items: Iterable[Form], end: bytes) -> Form:
    form = literal(start)
    for index, item in enumerate(items):
        form += literal(b"," if index else b"") + item
    return form + literal(end)


def _is_bare_number(text: str, texts: Mapping[str, str]) -> bool:
    """Whether the text is `${n}` and nothing else. With a width it is text: JSON has no leading zeros."""
    pieces = [piece for piece in split(text) if piece]
    return (
        len(pieces) == 1
        and isinstance(pieces[0], Placeholder)
        and pieces[0].width is None
        and pieces[0].name not in texts
    )


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _escaped(text: str) -> str:
    return _compact(text)[1:-1]
