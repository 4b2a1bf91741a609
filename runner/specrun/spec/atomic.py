"""Files that appear whole or not at all, and files that may have been damaged since."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Value = TypeVar("Value")


def write_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write, flush to the disk, and rename into place. A reader sees the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content, durable=durable)


def replace_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """The same in a folder that is there. Raises FileNotFoundError if it is not."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write(temporary, content, durable=durable)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def write(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a new file; `durable` flushes it to the disk, so that it also survives a loss of power."""
    with _opened(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        if durable:
            os.fsync(descriptor)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk. Raises OSError that names it."""
    with _opened(path, os.O_RDONLY) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    """A descriptor of the file. An OSError inside names it."""
    descriptor = os.open(path, flags, 0o644)
    try:
        yield descriptor
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        os.close(descriptor)


def read_json(path: Path, decoder: msgspec.json.Decoder[Value]) -> Value | None:
    """What a JSON file says; None if there is no such file, or none that can be read."""
    try:
        return decoder.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
