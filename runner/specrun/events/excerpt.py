"""Text of any size and origin, made fit for an event."""

from __future__ import annotations

EXCERPT_LIMIT = 4096
"""How many characters of a text an event keeps, unless told otherwise."""


def excerpt(text: str, limit: int = EXCERPT_LIMIT) -> str:
    """The start and the end of a text that is longer than `limit` characters, with a mark between them.

    The mark comes on top of the limit. What UTF-8 cannot hold (lone surrogates) becomes `?`.
    """
    if len(text) > limit:
        head, tail = limit - limit // 2, limit // 2
        text = f"{text[:head]}\n[{len(text) - limit} characters cut]\n{text[len(text) - tail :]}"
    return text.encode("utf-8", "replace").decode("utf-8")
