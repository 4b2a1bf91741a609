"""Which brackets of masked source text belong together."""

from __future__ import annotations

import re

_BRACKET = re.compile(r"[(){}\[\]]")
_OPENING = {")": "(", "}": "{", "]": "["}


def pairs(masked: str) -> dict[int, int]:
    """Give, for the index of each opening bracket, the index of the one that closes it.

    A bracket without a partner is passed over: branches of `#if` may open the same brace twice.
    """
    found: dict[int, int] = {}
    waiting: dict[str, list[int]] = {"(": [], "{": [], "[": []}
    for match in _BRACKET.finditer(masked):
        bracket, at = match[0], match.start()
        if bracket in waiting:
            waiting[bracket].append(at)
            continue
        opened = waiting[_OPENING[bracket]]
        if opened:
            start = opened.pop()
            found[start] = at
            for others in waiting.values():
                while others and others[-1] > start:
                    others.pop()
    return found
