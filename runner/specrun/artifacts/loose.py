"""An artifact without a store: in a file that has no name, and is gone when it is closed or its owner is."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from specrun.artifacts.content import Content
from specrun.artifacts.model import Artifact, derive_id
from specrun.artifacts.store import measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from specrun.artifacts.model import Kind


def loose(
    chunks: Iterable[bytes],
    folder: Path,
    *,
    thread: str,
    turn: str,
    kind: Kind,
    label: str,
    source_tool: str | None,
    seq: int,
) -> Content:
    """Keep content in `folder` without a name, in memory for one chunk of it; it has the id of a stored one.

    The caller closes it.
    """
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:

        def written() -> Iterator[bytes]:
            for chunk in chunks:
                rest = memoryview(chunk)
                while rest:
                    rest = rest[file.write(rest) :]
                yield chunk

        counter, digest = measured(written())
        artifact = Artifact(
            id=derive_id(thread, turn, kind, label, source_tool, digest),
            kind=kind,
            thread=thread,
            turn=turn,
            bytes=counter.size,
            lines=counter.lines,
            sha256=digest,
            label=label,
            source_tool=source_tool,
            seq=seq,
        )
        return Content(artifact, counter.index, os.dup(file.fileno()))
