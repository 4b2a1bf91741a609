"""What a generator of payloads is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from specrun.spec.document import DataPath

if TYPE_CHECKING:
    from specrun.spec.models.payload import Payload

Declared = TypeVar("Declared")

Fault = tuple[DataPath, str]
"""Where something is wrong in the data of payloads, and what."""

CHUNK = 64 * 1024
"""Bytes that are generated at a time, more or less."""
LARGEST = 1024**3
"""Bytes of one payload."""


class PayloadError(Exception):
    """A payload that cannot be generated as it is declared. `path` leads to the cause in the payloads."""

    def __init__(self, path: DataPath, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"payload '{path[0]}': {message}" if path else message)


class Source(Protocol):
    """Where a generator finds itself: the way to its own data, the fixture's folder, the other payloads."""

    path: DataPath
    folder: Path

    def chunks(self, part: str | Payload, *steps: str | int) -> Iterator[bytes]:
        """The bytes of a payload that is written `steps` below this one, or is named there."""


class Generator(Generic[Declared]):
    """Makes bytes of one key of a payload. It has no state: the same declaration gives the same bytes."""

    def chunks(self, declared: Declared, source: Source) -> Iterable[bytes]:
        """The bytes, in pieces of any size that fit into memory. Raises PayloadError."""
        raise NotImplementedError

    def faults(self, declared: Declared) -> Iterator[Fault]:
        """What is wrong with the declaration and cannot be told by its types; paths start below the key."""
        del declared
        return iter(())

    def parts(self, declared: Declared) -> Iterator[tuple[DataPath, str | Payload]]:
        """The payloads that this one is made of, or their names, with the way to them."""
        del declared
        return iter(())


def blocks(pieces: Iterable[bytes], size: int = CHUNK) -> Iterator[bytes]:
    """The same bytes in chunks of at least `size`, but for the last. None is empty."""
    waiting: list[bytes] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= size:
            yield waiting[0] if len(waiting) == 1 else b"".join(waiting)
            waiting, length = [], 0
    if length:
        yield b"".join(waiting)
