"""A repository on this side of the fence, with the delivered commit and room for more objects."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.workspaces.git import RAW_ATTRIBUTES, git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.workspaces.delivery import Delivered

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

STYLE = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--full-index",
    "--diff-algorithm=myers",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
"""What every diff is made with, whatever anybody has configured."""


@contextmanager
def scratch_repository(delivered: Delivered | None, folder: Path | None = None) -> Iterator[Path]:
    """A bare repository, gone afterwards, with the delivered commit (or nothing) in its index.

    It is made below `folder`, or where temporary files are made.
    """
    with tempfile.TemporaryDirectory(prefix="patch-", dir=folder) as made:
        git_dir = Path(made, "git")
        for name in ("objects/info", "refs", "info"):
            (git_dir / name).mkdir(parents=True)
        (git_dir / "HEAD").write_text("ref: refs/heads/main\n")
        (git_dir / "config").write_text("[core]\n\tbare = true\n")
        (git_dir / "info/attributes").write_text(RAW_ATTRIBUTES)
        if delivered:
            alternates = os.fsencode(delivered.objects / "objects") + b"\n"
            (git_dir / "objects/info/alternates").write_bytes(alternates)
        git("read-tree", commit_of(delivered), git_dir=git_dir)
        yield git_dir


def commit_of(delivered: Delivered | None) -> str:
    """What changes are compared with."""
    return delivered.commit if delivered else EMPTY_TREE
