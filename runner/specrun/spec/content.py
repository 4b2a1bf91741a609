"""The digest of everything that a spec says and names."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from specrun.spec.digest import digest
from specrun.spec.paths import real
from specrun.spec.values import FileRef, FolderRef

if TYPE_CHECKING:
    from specrun.spec.library import Resolved

LABELS = frozenset({"title", "tags"})
"""What people read and nothing depends on."""


def resolved_digest(spec: Resolved) -> str:
    """SHA-256 over a spec's values, its parts, and the content of the files it names.

    Labels are not in it, nor where the files lie, nor a default that is spelled out. A folder counts by its
    place below the root; its content has a digest of its own. Raises OSError if a file is gone.
    """

    def encode(value: object) -> object:
        if isinstance(value, FolderRef):
            return real(spec.path.parent / value).relative_to(spec.root).as_posix()
        if isinstance(value, FileRef):
            return {"sha256": hashlib.sha256((spec.path.parent / value).read_bytes()).hexdigest()}
        return str(value)

    data = msgspec.to_builtins(spec.model, enc_hook=encode)
    apart = LABELS | spec.model.references.keys()
    values = {key: value for key, value in data.items() if key not in apart}
    parts = {key: [resolved_digest(part) for part in parts] for key, parts in spec.parts.items()}
    return digest({"values": values, "parts": parts})
