"""An artifact without a store: in a file that has no name, and is gone when it is closed or its owner is."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from specrun.artifacts.content import Content
from specrun.artifacts.store import measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from specrun.artifacts.model import Origin


def loose(chunks: Iterable[bytes], folder: Path, origin: Origin, seq: int) -> Content:
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
        artifact = origin.artifact(counter.size, counter.lines, digest, seq)
        return Content(artifact, counter.index, os.dup(file.fileno()))
