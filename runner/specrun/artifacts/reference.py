"""What stands in a model's context in the place of an output that is too long for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.spec.problems import printable

if TYPE_CHECKING:
    from specrun.artifacts.model import Artifact


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


def capped_notice(shown: int, total: int) -> str:
    """What follows the first lines of an output where the others are nowhere; begins with a line feed."""
    return (
        f"\n[Only the first {shown} of {total} lines are shown. The other {total - shown} lines were left "
        "out, and they are not stored anywhere: to see them, run the command again and let it print less at "
        "once, for example only a part of it.]"
    )
