"""What lines are and what is left of a text, said again in the slowest and plainest way."""

from __future__ import annotations


def text_lines(text: str) -> list[str]:
    """The lines of a text: split at line feeds, without a carriage return at the end."""
    pieces = text.split("\n")
    if pieces[-1] == "":
        pieces.pop()
    return [piece.removesuffix("\r") for piece in pieces]


def excerpt(text: str, limit: int) -> str:
    """The most of a text that fits into so many characters together with the mark in its middle."""
    if len(text) <= limit:
        return text
    for kept in range(limit, -1, -1):
        mark = f"\n[... {len(text) - kept} characters left out ...]\n"
        if kept + len(mark) == limit:
            head = kept - kept // 2
            return text[:head] + mark + text[len(text) - kept // 2 :]
    return text[:limit]
