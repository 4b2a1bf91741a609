"""Canonical JSON, and digests over it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.spec.paths import real
from specrun.spec.values import FileRef, FolderRef

if TYPE_CHECKING:
    from specrun.spec.library import Resolved

LABELS = frozenset({"title", "tags"})
"""Keys of a spec that decide nothing."""


def canonical_json(value: object) -> bytes:
    """The one rendering of a value: sorted keys, UTF-8, no spaces.

    Takes what JSON knows, and msgspec structs, tuples and sets. Floats are as Python's repr writes them.
    Raises ValueError for NaN and infinity, TypeError for other types.
    """
    text = json.dumps(
        _plain(value), sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode()


def pretty_json(value: object) -> bytes:
    """Canonical JSON for people and diffs: indented by two spaces, with a newline at the end."""
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, allow_nan=False, indent=2)
    return text.encode() + b"\n"


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def resolved_digest(resolved: Resolved) -> str:
    """The digest of all that decides what a spec means: its values, its parts, the files that it names.

    Where the files lie does not matter, and labels do not. A folder counts by its place, not by its content.
    Raises OSError if a file is gone.
    """

    def encode(value: object) -> object:
        if isinstance(value, FolderRef):
            return _inside(resolved, value)
        if isinstance(value, FileRef):
            return {"sha256": hashlib.sha256((resolved.path.parent / value).read_bytes()).hexdigest()}
        return _encode(value)

    data = msgspec.to_builtins(resolved.model, enc_hook=encode)
    apart = LABELS | resolved.model.references.keys()
    return digest(
        {
            "spec": {key: value for key, value in data.items() if key not in apart},
            "parts": {
                key: [resolved_digest(part) for part in parts] for key, parts in resolved.parts.items()
            },
        }
    )


def _inside(resolved: Resolved, folder: FolderRef) -> str:
    """A folder relative to the root."""
    return real(resolved.path.parent / folder).relative_to(resolved.root).as_posix()


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value, str_keys=True, order="sorted", enc_hook=_encode)


def _encode(value: object) -> str:
    """Kinds of text are their text."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical JSON")
