"""What is known about an artifact."""

from __future__ import annotations

from typing import get_args
from uuid import uuid5

import msgspec

from specrun.events.ids import NAMESPACE
from specrun.spec.digest import digest
from specrun.spec.models.context_fixture import ArtifactKind
from specrun.spec.problems import quoted

Kind = ArtifactKind

KINDS: tuple[Kind, ...] = get_args(Kind)
"""Every kind of artifact."""

ID_PATTERN = r"^artifact-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
"""How ids look: 45 characters."""


class ArtifactError(ValueError):
    """Something is asked of the store that it cannot do. The message is one line, fit for a model to read."""


class Artifact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One artifact. There is no clock in it: `seq` says what came first."""

    id: str
    kind: Kind
    thread: str
    """The conversation or trial that it belongs to; no other can see it."""
    turn: str
    bytes: int
    """Size as it is stored."""
    lines: int
    """Pieces between line feeds; a final line feed adds none, so an empty artifact has 0."""
    sha256: str
    """Of the bytes, in hexadecimal."""
    label: str
    """What people call it; may be empty."""
    source_tool: str | None
    """The tool call that produced it, where there was one."""
    seq: int
    """Place in the order of creation within its thread, from 1. Deleted artifacts leave gaps."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where an artifact comes from."""

    thread: str
    turn: str
    kind: Kind
    label: str = ""
    source_tool: str | None = None

    def artifact(self, size: int, lines: int, sha256: str, seq: int) -> Artifact:
        """The artifact with this origin and content. Its id is the same on every machine."""
        names = [self.thread, self.turn, self.kind, self.label, self.source_tool, sha256]
        return Artifact(
            id=f"artifact-{uuid5(NAMESPACE, digest(names))}",
            kind=self.kind,
            thread=self.thread,
            turn=self.turn,
            bytes=size,
            lines=lines,
            sha256=sha256,
            label=self.label,
            source_tool=self.source_tool,
            seq=seq,
        )


def unknown(artifact_id: str) -> ArtifactError:
    """The error for an artifact that the thread does not have: whether another one has it is not said."""
    return ArtifactError(f"no artifact {quoted(artifact_id)} in this thread")
