"""Plain scalars of YAML 1.2, core schema: what unquoted text means."""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = {"0o": (8, re.compile(r"0o[0-7]+")), "0x": (16, re.compile(r"0x[0-9a-fA-F]+"))}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_INTEGER = 40


def resolve(text: str) -> Scalar:
    """The value of a plain scalar: `on`, `yes`, `12:30` and `1_000` are text, `012` is twelve.

    Raises ValueError for a number that no JSON can hold: .nan, .inf, past 64 bits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    base, pattern = _BASED.get(text[:2], (10, _INTEGER))
    if base != 10 and pattern.fullmatch(text):
        return _integer(text, base)
    if _FLOAT.fullmatch(text):
        return _finite(float(text))
    if _NOT_FINITE.fullmatch(text):
        return _finite(math.nan)
    return text


def _integer(text: str, base: int) -> int:
    value = int(text, base) if len(text) <= _LONGEST_INTEGER else 2**64
    if not -(2**63) <= value < 2**63:
        raise ValueError("an integer has at most 64 bits; put it in quotes if it is text")
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a number must be finite; put it in quotes if it is text")
    return value


def spelling(value: Scalar) -> str:
    """A scalar as YAML spells it."""
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)
