"""The digest of everything that a spec says and names."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from specrun.spec.digest import digest
from specrun.spec.leaves import walk
from specrun.spec.values import FileRef, FolderRef

if TYPE_CHECKING:
    from specrun.spec.library import Resolved

LABELS = frozenset({"title", "tags"})
"""What people read and nothing depends on."""


def resolved_digest(spec: Resolved) -> str:
    """SHA-256 over a spec's values, its parts, and the content of the files it names.

    Labels are not in it, nor what is in a project's folder: that has a digest of its own.
    """
    return digest(_content(spec))


def _content(spec: Resolved) -> dict[str, Any]:
    values = {key: value for key, value in spec.data.items() if key not in LABELS | spec.parts.keys()}
    files = {
        text: hashlib.sha256((spec.path.parent / text).read_bytes()).hexdigest()
        for _, kind, text in walk(type(spec.model), spec.data)
        if issubclass(kind, FileRef) and not issubclass(kind, FolderRef)
    }
    parts = {key: [_content(part) for part in parts] for key, parts in spec.parts.items()}
    return {"values": values, "files": files, "parts": parts}
