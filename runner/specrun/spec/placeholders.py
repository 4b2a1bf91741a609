"""Placeholders: `${home}` in text is filled in by specrun; `$${` stands for a literal `${`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specrun.spec.problems import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PLACEHOLDER = re.compile(r"\$(?P<literal>\$\{)|\$\{(?P<name>[^{}\n]*)(?P<end>\}?)")


def names(text: str) -> tuple[str, ...]:
    """The placeholders of a text, in order of appearance, each once."""
    found = (match["name"] for match in _PLACEHOLDER.finditer(text) if match["literal"] is None)
    return tuple(dict.fromkeys(found))


def check(text: str, known: Collection[str]) -> None:
    """Raise ValueError unless every placeholder is a known one."""
    for match in _PLACEHOLDER.finditer(text):
        if match["literal"] is not None:
            continue
        if not match["end"]:
            raise ValueError("'${' without '}': write '$${' for a literal '${'")
        if match["name"] not in known:
            name = "${" + match["name"] + "}"
            hint = did_you_mean(name, ["${" + each + "}" for each in known])
            known_names = ", ".join(sorted(known))
            raise ValueError(f"unknown placeholder {quoted(name)}{hint or f' (known: {known_names})'}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in. Filled text is not looked at again. Raises KeyError if one is missing."""
    return _PLACEHOLDER.sub(lambda match: match["literal"] or values[match["name"]], text)
