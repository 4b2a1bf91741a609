"""Placeholders: `${home}` in text is filled in by specrun; `$${` stands for a literal `${`.

Where a name stands for a number, `${n:04}` writes it with leading zeros, here at least four digits wide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from specrun.spec.problems import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_PLACEHOLDER = re.compile(r"\$(?P<literal>\$\{)|\$\{(?P<name>[^{}\n]*)(?P<end>\}?)")
_WIDTH = re.compile(r"0[1-9][0-9]?")


class Placeholder(NamedTuple):
    """One placeholder of a text. `width` is how many digits its number has at least; None if not said."""

    name: str
    width: int | None


def names(text: str) -> tuple[str, ...]:
    """The placeholders of a text, in order of appearance, each once."""
    found = (match["name"] for match in _PLACEHOLDER.finditer(text) if match["literal"] is None)
    return tuple(dict.fromkeys(found))


def check(text: str, known: Collection[str], numbers: Collection[str] = ()) -> None:
    """Raise ValueError unless every placeholder is a known one, and none but `numbers` has a width."""
    for fault in faults(text, known, numbers):
        raise ValueError(fault)


def faults(text: str, known: Collection[str], numbers: Collection[str] = ()) -> Iterator[str]:
    """What `check` refuses: each placeholder in one line."""
    for match in _PLACEHOLDER.finditer(text):
        if match["literal"] is not None:
            continue
        if not match["end"]:
            yield "'${' without '}': write '$${' for a literal '${'"
            continue
        try:
            _check_name(match["name"], known, numbers)
        except ValueError as error:
            yield str(error)


def _check_name(written: str, known: Collection[str], numbers: Collection[str]) -> None:
    name, colon, width = written.partition(":")
    placeholder = "${" + written + "}"
    if colon and name in numbers:
        if not _WIDTH.fullmatch(width):
            example = "${" + name + ":04}"
            raise ValueError(f"{quoted(placeholder)} has a width such as in {quoted(example)}, up to 099")
    elif colon and numbers and name in known:
        raise ValueError(f"{quoted(placeholder)} is text: only numbers have a width ({_listed(numbers)})")
    elif written not in known:
        hint = did_you_mean(placeholder, ["${" + each + "}" for each in known])
        raise ValueError(f"unknown placeholder {quoted(placeholder)}{hint or f' (known: {_listed(known)})'}")


def _listed(known: Collection[str]) -> str:
    return ", ".join(sorted(known))


def split(text: str) -> Iterator[str | Placeholder]:
    """The literal texts and the placeholders of a checked text, in order. `$${` is the literal `${`."""
    after = 0
    for match in _PLACEHOLDER.finditer(text):
        yield text[after : match.start()] + (match["literal"] or "")
        if match["literal"] is None:
            name, _, width = match["name"].partition(":")
            yield Placeholder(name, int(width) if width else None)
        after = match.end()
    yield text[after:]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in. Filled text is not looked at again. Raises KeyError if one is missing."""
    return _PLACEHOLDER.sub(lambda match: match["literal"] or values[match["name"]], text)
