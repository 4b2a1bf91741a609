"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write, flush to the disk, and rename into place. A reader sees the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content, durable=durable)


def replace_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """The same in a folder that is there. Raises FileNotFoundError if it is not."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    write(temporary, content, durable=durable)
    temporary.replace(path)


def write(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a new file; `durable` flushes it to the disk, so that it also survives a loss of power."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
