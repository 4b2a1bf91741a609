"""Canonical JSON, and digests over it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

_to_text = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def canonical_json(value: object) -> bytes:
    """The one rendering of a value: sorted keys, UTF-8, no spaces.

    Takes what JSON knows, and msgspec structs, tuples and sets. Floats are as Python's repr writes them.
    Raises ValueError for NaN and infinity, TypeError for other types.
    """
    return _to_text(_plain(value)).encode()


def pretty_json(value: object) -> bytes:
    """Canonical JSON for people and diffs: indented by two spaces, with a newline at the end."""
    return msgspec.json.format(canonical_json(value), indent=2) + b"\n"


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value, str_keys=True, order="sorted", enc_hook=_encode)


def _encode(value: object) -> str:
    """Kinds of text are their text."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical JSON")
