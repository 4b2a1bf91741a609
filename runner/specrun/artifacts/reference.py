"""What stands in a model's context in the place of an output that is too long for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specrun.spec.problems import printable

if TYPE_CHECKING:
    from specrun.artifacts.model import Artifact

SPILL_LINES = 200
"""A longer output is stored, and only so many lines of it are shown where nothing is stored."""

SPILL_CHARACTERS = 20_000
"""A longer output is stored, and cut to so many characters where nothing is stored."""

EXCERPT_CHARACTERS = 6_000
"""Length of the excerpt beside a reference."""


def spills(lines: int, characters: int, most_lines: int = SPILL_LINES, most: int = SPILL_CHARACTERS) -> bool:
    """Whether an output is too long to be shown, and is to be stored."""
    return lines > most_lines or characters > most


def reference(artifact: Artifact) -> str:
    """Two lines that let a model find an artifact."""
    name = printable(artifact.label) or "content"
    facts = f"lines={artifact.lines} bytes={artifact.bytes} id={artifact.id}"
    head = f"[artifact: {artifact.kind} {name} {facts}]"
    return f"{head}\nLook into it with grep, tail or read, artifact={artifact.id}."


def notice() -> str:
    """The sentence before a reference that stands alone."""
    return "The full text is not printed here. It is stored outside the conversation:"


def header(artifact: Artifact) -> str:
    """What stands above a reference that has an excerpt beside it."""
    name = printable(artifact.label) or "content"
    return (
        f"[{name}: {artifact.lines} lines, {artifact.bytes} bytes. This is too long to be shown in full. "
        "Below is an excerpt, its beginning and its end, with a mark where the middle was left out. "
        "The whole is stored, and can be searched:]"
    )


def spilled(artifact: Artifact, text: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """What a model sees of a stored output: header, reference and excerpt."""
    return f"{header(artifact)}\n{reference(artifact)}\n\n{excerpt(text, limit)}"


class CutPoints(NamedTuple):
    """How the middle is left out of a text: characters of its beginning, a mark, characters of its end."""

    head: int
    mark: str
    tail: int


def cut_points(length: int, limit: int) -> CutPoints:
    """Where to cut a text of `length` characters to exactly `limit`, which is less, its mark included."""
    # A longer number makes a longer mark, which makes the number larger: it settles within a few steps.
    cut, mark = 0, ""
    while (wanted := length - limit + len(mark)) != cut:
        cut, mark = wanted, f"\n[... {wanted} characters left out ...]\n"
    if len(mark) > limit:
        return CutPoints(limit, "", 0)
    kept = limit - len(mark)
    return CutPoints(kept - kept // 2, mark, kept // 2)


def excerpt(text: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """Cut the middle out of a text of more than `limit` characters; the mark counts towards the limit."""
    if len(text) <= limit:
        return text
    points = cut_points(len(text), limit)
    return text[: points.head] + points.mark + text[len(text) - points.tail :]


def capped_notice(shown: int, total: int) -> str:
    """What follows the first lines of an output where the others are nowhere; begins with a line feed."""
    return (
        f"\n[Only the first {shown} of {total} lines are shown. The other {total - shown} lines were left "
        "out, and they are not stored anywhere: to see them, run the command again and let it print less at "
        "once, for example only a part of it.]"
    )


def capped(text: str, lines: int = SPILL_LINES, limit: int = SPILL_CHARACTERS) -> str:
    """What a model sees of a long output where nothing is stored: its first lines, and what was left out."""
    pieces = text_lines(text)
    if len(pieces) > lines:
        text = "\n".join(pieces[:lines]) + capped_notice(lines, len(pieces))
    return excerpt(text, limit)


def text_lines(text: str) -> list[str]:
    """The lines of a text as the store counts them: split at line feeds, a carriage return dropped."""
    pieces = text.split("\n")
    if not pieces[-1]:
        pieces.pop()
    return [piece.removesuffix("\r") for piece in pieces]
