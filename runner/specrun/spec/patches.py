"""Patches that specs name: looked at before anything runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specrun.spec.paths import read_file
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_PATCH = 10 * 1024 * 1024
"""Bytes of one patch."""

_HEADER = re.compile(rb"^(?:diff --git [^\n]|--- [^\n]+\n\+\+\+ [^\n])", re.MULTILINE)
_INTO_GIT = re.compile(rb"^\+\+\+ [^/\n]+/(?:[^\n]*/)?\.git/", re.MULTILINE | re.IGNORECASE)


def check_patch(path: Path, text: str) -> None:
    """Raise ValueError unless the file, which a spec calls `text`, looks like something `git apply` takes."""
    content = read_file(path, LARGEST_PATCH)
    if _HEADER.search(content) is None:
        raise ValueError(
            f"{quoted(text)} is not a patch: it has no 'diff --git' line, nor '---' before '+++'"
        )
    if _INTO_GIT.search(content) is not None:
        raise ValueError(f"{quoted(text)} changes files in '.git', which git refuses to apply")
