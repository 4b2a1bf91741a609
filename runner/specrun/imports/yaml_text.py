"""Plain data as YAML for people: the same data gives the same text, and the text the same data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from specrun.spec.scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
"""Columns that a mapping or list on one line may take."""

_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+(?: [A-Za-z0-9_./+-]+)*")
_INDICATED = re.compile(r"[-.](?:$| )|---|\.\.\.")
"""What stands at the beginning of a list or a document, not of a text."""
_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def to_yaml(data: dict[str, Any]) -> str:
    """YAML of a mapping, its keys in their order.

    A list of scalars, or a mapping below the top with at most one more level, stands on one line if it fits
    there; everything else in blocks. Takes what JSON knows; texts are Unicode without surrogates
    and NUL, and keys have at most 100 characters.
    """
    return "".join(f"{line}\n" for line in _mapping(data, 0))


def _mapping(data: dict[str, Any], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(" " * indent + _text(key) + ":", value, indent + 2)


def _sequence(data: list[Any], indent: int) -> Iterator[str]:
    for value in data:
        yield from _entry(" " * indent + "-", value, indent + 2)


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    """A value after its key or dash: beside it if it is a scalar or short, otherwise below it."""
    line = f"{head} {_flow(value)}"
    if not isinstance(value, dict | list) or not value or (_is_short(value, indent) and len(line) <= WIDTH):
        yield line
        return
    yield head
    yield from _mapping(value, indent) if isinstance(value, dict) else _sequence(value, indent)


def _is_short(value: dict[str, Any] | list[Any], indent: int) -> bool:
    """Whether it may be on one line: what has no mappings below it, and no long list of any."""
    if isinstance(value, list):
        return not any(isinstance(each, dict | list) for each in value)
    return indent > 2 and all(_is_flat(each) for each in value.values())


def _is_flat(value: Any) -> bool:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(each, dict | list) for each in below)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else repr(value)


def _text(text: str) -> str:
    """A text as plainly as it can be written: bare, in single quotes where those say it, in double quotes."""
    if _PLAIN.fullmatch(text) and not _INDICATED.match(text) and _stays_text(text):
        return text
    if text.isprintable() and ("\\" in text or '"' in text) and "'" not in text:
        return f"'{text}'"
    return '"' + "".join(_SHORT.get(each) or _escaped(each) for each in text) + '"'


def _stays_text(text: str) -> bool:
    try:
        return resolve(text) == text
    except ValueError:
        return False


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
