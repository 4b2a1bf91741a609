"""Names of threads and turns, as names of folders."""

from __future__ import annotations

import re
from hashlib import sha256

from specrun.artifacts.model import ArtifactError
from specrun.spec.problems import quoted

LONGEST_NAME = 1000
"""Characters of a name."""

LONGEST_COMPONENT = 180
"""Bytes of a folder's name; file systems take 255, and a digest may be added."""

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_.")
_COMPONENT = re.compile(r"%|(?:[a-z0-9_-]|%[0-9A-F]{2})(?:[a-z0-9_.-]|%[0-9A-F]{2})*(?:%~[0-9a-f]{64})?")


def component(name: str) -> str:
    """The folder name that stands for `name`; no two names have the same one.

    Small ASCII letters, digits, `-`, `_` and inner dots stand for themselves, all else is `%` and two digits
    for each byte of its UTF-8: also capitals, because some file systems do not tell them from small letters.
    Of a long name only the beginning is kept, then `%~` and its SHA-256. The empty name is `%`.
    Raises ArtifactError for names that are not Unicode text or too long.
    """
    checked(name, "name")
    raw = name.encode()
    text = "".join(chr(b) if b in _PLAIN and (i or b != 0x2E) else f"%{b:02X}" for i, b in enumerate(raw))
    if len(text) > LONGEST_COMPONENT:
        kept = re.sub("%[0-9A-F]?$", "", text[:LONGEST_COMPONENT])
        text = f"{kept}%~{sha256(raw).hexdigest()}"
    return text or "%"


def is_component(text: str) -> bool:
    """Whether `component` could have made it: never `..`, never with a slash."""
    return len(text) <= LONGEST_COMPONENT + 66 and _COMPONENT.fullmatch(text) is not None


def checked(text: str, what: str) -> str:
    """Text that the store takes as a name or label. Raises ArtifactError."""
    if len(text) > LONGEST_NAME:
        raise ArtifactError(f"a {what} has at most {LONGEST_NAME} characters, this one has {len(text)}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ArtifactError(f"the {what} {quoted(text)} is not Unicode text") from None
    return text
